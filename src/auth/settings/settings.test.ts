import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../control/admission.ts';
import { Feed } from '../../control/feed.ts';
import { SqliteStore } from '../../control/store/sqlite-store.ts';
import { CloudError } from '../../core/errors.ts';
import { Name, Nullable } from '../../core/schema.ts';
import { nodeClock as clock } from '../../drivers/node-clock.ts';
import { SecretBox } from '../secret-box.ts';
import type { OutsideMethod } from './schema.ts';
import { Settings } from './settings.ts';

const Directory = Type.Object({
  type: Type.Literal('ldap'),
  name: Name,
  url: Type.String({ pattern: '^ldaps?://' }),
  bindPassword: Nullable(Type.String({ minLength: 1, maxLength: 100, writeOnly: true })),
  userAttribute: Type.String({ default: 'uid' }),
  certificateAttribute: Nullable(Type.String({ default: 'seeAlso' })),
  claims: Type.Object({ groups: Type.String({ default: 'groups' }) }),
});

let store: SqliteStore;
let box: SecretBox;
let settings: Settings;
let errors: string[];
let feed: Feed;
const caller: Caller = {
  userId: 'usr-1',
  requestId: 'req-1',
  origin: { name: 'ada', method: 'password', credentialId: null, address: null },
  authorize: () => undefined,
};

beforeEach(async () => {
  store = new SqliteStore(':memory:');
  box = SecretBox.forThisProcess();
  errors = [];
  feed = new Feed(store, clock);
  await feed.start();
  settings = await loaded();
});
afterEach(async () => {
  feed.stop();
  await store.close();
});
const loaded = async (other = box) => {
  const made = new Settings({ store, clock, box: other, methods: [Directory], onError: (what) => errors.push(what) });
  await made.load(feed);
  return made;
};
const change = (patch: object, ifRevision: number | null = null) => settings.change(caller, patch as Record<string, unknown>, ifRevision);
const mail = { host: 'smtp.example.org', from: 'Cloud <cloud@example.org>', user: 'cloud', password: 'hunter2-hunter2' };
const campus = { type: 'ldap', name: 'campus', url: 'ldaps://a.example.org', bindPassword: 'hunter3-hunter3' };
const local = { type: 'local', name: 'local' };
const everything = async () => {
  const texts: string[] = [];
  for (const kind of ['settings', 'audit-pending']) texts.push(JSON.stringify((await store.list({ kind, limit: 1_000 })).items));
  return texts.join('\n');
};

test('a cloud whose administrator has decided nothing has sensible settings', () => {
  expect(settings.current).toMatchObject({
    site: { name: 'stratus', url: null, supportMail: null },
    methods: [{ type: 'local', name: 'local', label: null }],
    passwords: { lengthMin: 12 },
    secondFactor: { requiredFor: 'nobody' },
    registration: { open: false, approval: true, allowedMailDomains: [], project: 'own', quota: null },
    conditions: null,
    quotas: { project: { instances: null, imageGib: null }, user: { addresses: null } },
    leases: { maxDays: null, warnDaysBefore: 7 },
    mail: null,
    audit: { retentionDays: 365 },
  });
  expect(settings.revision).toBe(0);
});

test('a change of one field leaves all others, takes effect at once, and in other processes as well', async () => {
  const other = await loaded();
  const heard: number[] = [];
  other.onChange(({ audit }) => heard.push(audit.retentionDays));
  await change({ site: { name: 'Lab' } });
  await change({ audit: { retentionDays: 30 }, quotas: { project: { instances: 5 } } });
  expect(settings.current).toMatchObject({ site: { name: 'Lab' }, audit: { retentionDays: 30 }, quotas: { project: { instances: 5, vcpus: null } } });
  await expect.poll(() => other.current.audit.retentionDays).toBe(30);
  expect(heard).toContain(30);
  expect((await loaded()).current).toEqual(settings.current);
});

test('of two who change the same version, the later one is told', async () => {
  await change({ site: { name: 'Lab' } }, 0);
  await expect(change({ site: { name: 'Other' } }, 0)).rejects.toMatchObject({ code: 'CHANGED_MEANWHILE' });
  await change({ site: { name: 'Other' } }, settings.revision);
  await Promise.all(Array.from({ length: 10 }, (_, n) => change({ quotas: { user: { instances: n } } })));
  expect(settings.current.site.name).toBe('Other');
});

test('what changes nothing is no change', async () => {
  await change({ site: { name: 'Lab' } });
  const { revision } = settings;
  await change({ site: { name: 'Lab' } });
  await change(settings.shown as object);
  expect(settings.revision).toBe(revision);
});

test('who may not change them does not', async () => {
  const nobody: Caller = {
    ...caller,
    authorize: (verb, { kind }) => {
      throw new CloudError('FORBIDDEN', { verb, what: kind });
    },
  };
  await expect(settings.change(nobody, { site: { name: 'Mine' } })).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

describe('secrets', () => {
  beforeEach(() => change({ mail, methods: [local, campus] }));
  const bindPassword = () => (settings.current.methods[1] as OutsideMethod)['bindPassword'];

  test('are there for who needs them, and nowhere to be read', async () => {
    expect(settings.current.mail?.password).toBe('hunter2-hunter2');
    expect(bindPassword()).toBe('hunter3-hunter3');
    expect(JSON.stringify(settings.shown)).not.toContain('hunter');
    expect(settings.shown).toMatchObject({ mail: { user: 'cloud', password: { isSet: true } }, methods: [{}, { bindPassword: { isSet: true } }] });
    expect(await everything()).not.toContain('hunter');
    expect((await loaded()).current).toEqual(settings.current);
  });

  test('stay when they are not named or sent back as they were shown, and go with null', async () => {
    await change({ mail: { user: 'other' }, methods: [local, { type: 'ldap', name: 'campus', url: campus.url, userAttribute: 'cn' }] });
    await change(settings.shown as object);
    expect([settings.current.mail?.password, bindPassword()]).toEqual(['hunter2-hunter2', 'hunter3-hunter3']);
    await change({ mail: { password: null }, methods: [local, { ...campus, bindPassword: null }] });
    expect([settings.current.mail?.password, bindPassword()]).toEqual([null, null]);
    expect(settings.shown).toMatchObject({ mail: { password: { isSet: false } } });
  });

  test('are not told to another server by who only changes its address', async () => {
    await expect(change({ mail: { host: 'evil.example.org' } })).rejects.toThrow('mail.password: must be given again, because host changes');
    await expect(change({ methods: [{ type: 'ldap', name: 'campus', url: 'ldaps://evil.example.org' }] })).rejects.toThrow(
      'methods.0.bindPassword: must be given again',
    );
    await change({ mail: { host: 'new.example.org', password: 'hunter4' } });
    await change({ mail: { host: 'newer.example.org', password: null } });
    expect(settings.current.mail).toMatchObject({ host: 'newer.example.org', password: null });
  });

  test('belong to their place: what was sealed for one opens in no other', async () => {
    const record = await store.get('settings', 'settings');
    const spec = record?.spec as { values: { mail: { password: string }; methods: { bindPassword: string }[] } };
    spec.values.mail.password = spec.values.methods[1]?.bindPassword ?? '';
    await store.commit([{ op: 'put', resource: record as never, expectedRevision: record?.revision ?? 0, indexed: { keys: [], indexes: {} } }]);
    expect((await loaded()).current.mail?.password).toBeNull();
    expect(errors.join()).toContain('mail.password');
  });

  test('without their key count as not set, and are not lost by another change', async () => {
    const other = await loaded(SecretBox.forThisProcess());
    expect(other.current.mail).toMatchObject({ user: 'cloud', password: null });
    expect(errors).toContain('settings: mail.password cannot be read and counts as not set; put the key file back, or set it again');
    await other.change(caller, { site: { name: 'Lab' } });
    expect((await loaded()).current.mail?.password).toBe('hunter2-hunter2');
  });
});

describe('conditions', () => {
  const text = (en: string) => ({ conditions: { text: { en } } });

  test('get a new number with every new text, and never an old one again', async () => {
    const versions: (number | null)[] = [];
    for (const patch of [
      text('one'),
      text('one'),
      text('two'),
      { site: { name: 'x' } },
      { conditions: null },
      text('two'),
      { conditions: { version: 99 } },
    ]) {
      await change(patch);
      versions.push(settings.current.conditions?.version ?? null);
    }
    expect(versions).toEqual([1, 1, 2, 2, null, 3, 3]);
    expect(settings.current.conditions?.text).toEqual({ en: 'two', fr: null });
  });
});

describe('methods', () => {
  test('get what their driver takes for given, and who comes by them what the cloud does', async () => {
    await change({ methods: [campus, local] });
    expect(settings.current.methods[0]).toEqual({
      ...campus,
      label: null,
      userAttribute: 'uid',
      certificateAttribute: 'seeAlso',
      claims: { groups: 'groups' },
      createUsers: true,
      mappings: [],
    });
  });

  test('a mapping gives a role in a project, or in the cloud', async () => {
    const mapped = (mapping: object) => change({ methods: [{ ...campus, mappings: [mapping] }] });
    await mapped({ group: 'cn=physics', project: 'physics', role: 'member' });
    await mapped({ group: 'cn=admins', cloudRole: 'administrator' });
    await expect(mapped({ group: 'cn=x', project: 'physics' })).rejects.toThrow('methods.0.mappings.0: needs project and role together');
    await expect(mapped({ group: 'cn=x' })).rejects.toThrow('gives nothing');
  });
});

test.each([
  [{ audit: { retentionDays: 0 } }, 'audit.retentionDays'],
  [{ passwords: { lengthMin: 4 } }, 'passwords.lengthMin'],
  [{ ghost: {} }, 'ghost: is not known here'],
  [{ site: { ghost: 1 } }, 'site.ghost: is not known here'],
  [{ site: 'x' }, 'site'],
  [{ site: { name: null } }, 'site.name'],
  [{ site: { name: 'a\r\nBcc: x' } }, 'site.name'],
  [{ site: { url: 'javascript:alert(1)' } }, 'site.url'],
  [{ mail: { host: 'smtp.example.org' } }, 'mail.from: is missing'],
  [{ mail: { host: 'a b', from: 'x@example.org' } }, 'mail.host'],
  [{ mail: { host: 'a', from: 'x@example.org\r\nBcc: y' } }, 'mail.from'],
  [{ methods: [] }, 'methods'],
  [{ methods: [{ type: 'telepathy', name: 'x' }] }, 'methods.0: has no type that this cloud knows: local, ldap'],
  [{ methods: [local, { type: 'ldap', name: 'local', url: 'ldap://x' }] }, 'methods.1.name: is the name of two methods'],
  [{ methods: [{ type: 'ldap', name: 'x' }] }, 'methods.0.url: is missing'],
  [{ methods: [{ type: 'ldap', name: 'x', url: 'http://x' }] }, 'methods.0.url'],
  [{ registration: { open: true } }, 'registration.open: needs mail'],
  [{ registration: { open: true }, mail }, 'registration.open: needs site.url'],
  [{ leases: { maxDays: 5 } }, 'leases.warnDaysBefore'],
  [{ conditions: { text: {} } }, 'conditions.text.en: is missing'],
  [JSON.parse('{"__proto__":{"site":{"name":"x"}}}'), '__proto__: is not known here'],
])('%j is refused, with the field: %s', async (patch, words) => {
  await expect(change(patch)).rejects.toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining(words) });
  expect(settings.revision).toBe(0);
});
