import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import { Client } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ldapMethod, originalTree, type LdapMethod } from '../../src/core/ldap-method.ts';
import { LdapDirectory } from '../../src/drivers/ldap/ldap-directory.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { certificateOfAda, password, startSlapd, type Slapd } from './slapd.ts';

let slapd: Slapd;
const servers: Server[] = [];

beforeAll(async () => {
  slapd = await startSlapd();
});

afterAll(async () => {
  for (const server of servers) server.close();
  await slapd.remove();
});

const original = (more: Partial<Omit<LdapMethod, 'type'>> = {}) =>
  new LdapDirectory(originalTree({ name: 'lab', url: slapd.url, ...more }), nodeClock);
const secured = () => ({ caCertificate: slapd.caCertificate });

describe("the original's tree", () => {
  test('lets in whoever is in cloud-access, with nothing configured but the address', async () => {
    expect(await original().logIn('ada', password)).toEqual({
      type: 'found',
      identity: {
        method: 'lab',
        type: 'ldap',
        subject: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        userName: 'ada',
        displayName: 'Ada Lovelace',
        email: 'ada@example.org',
        groups: ['cn=cloud-access,ou=groups,o=cloud', 'cn=physics,ou=groups,o=cloud'],
        certificateSubjects: ['cn=ada lovelace,ou=lal,o=grid-fr,c=fr'],
      },
    });
  });

  test('refuses whoever is not, and says so only after the right password', async () => {
    expect(await original().logIn('bob', password)).toMatchObject({ type: 'refused', code: 'not-in-required-group' });
    expect(await original().logIn('bob', 'wrong')).toEqual({ type: 'wrong-password' });
    expect(await original({ requiredGroup: null }).logIn('bob', password)).toMatchObject({ type: 'found', identity: { groups: [] } });
  });

  test('tells a wrong password from an unknown name, to the cloud alone', async () => {
    expect(await original().logIn('ada', 'wrong')).toEqual({ type: 'wrong-password' });
    expect(await original().logIn('nobody', password)).toEqual({ type: 'unknown' });
    expect(await original().logIn('locked', password)).toEqual({ type: 'wrong-password' });
  });

  test('takes no empty password, though the directory would', async () => {
    const careless = new Client({ url: slapd.url });
    await careless.bind('uid=ada,ou=users,o=cloud', '');
    await careless.unbind();
    expect(await original().logIn('ada', '')).toEqual({ type: 'wrong-password' });
    expect(await original().logIn('locked', '')).toEqual({ type: 'wrong-password' });
  });

  test('many at once each get their own answer', async () => {
    const directory = original();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => directory.logIn(['ada', 'bob', 'nobody'][n % 3] ?? '', n % 2 === 0 ? password : 'wrong')),
    );
    const expected = ['found', 'wrong-password', 'unknown', 'wrong-password', 'refused', 'unknown'];
    expect(answers.map((each) => each.type)).toEqual(answers.map((_, n) => expected[n % 6]));
  });

  test('refuses a name that two entries have', async () => {
    expect(await original().logIn('twin', password)).toMatchObject({ type: 'refused', code: 'not-unique' });
  });

  test('knows names and groups in any script and any case', async () => {
    expect(await original().logIn('zoë', password)).toMatchObject({ type: 'found', identity: { userName: 'zoë', displayName: 'Zoë Å' } });
    expect(await original().logIn('ADA', password)).toMatchObject({ type: 'found', identity: { userName: 'ada' } });
    expect(await original({ requiredGroup: 'CN=Cloud-Access, OU=groups, O=Cloud' }).logIn('ada', password)).toMatchObject({ type: 'found' });
  });

  test('is asked about a person without a password', async () => {
    const { identity } = (await original().logIn('ada', password)) as { identity: unknown };
    expect(await original().look('ada')).toEqual({ type: 'found', identity });
    expect(await original().look('bob')).toMatchObject({ type: 'refused', code: 'not-in-required-group' });
    expect(await original().look('nobody')).toEqual({ type: 'unknown' });
  });

  test('finds who comes with a certificate, by its DN in either form', async () => {
    for (const subject of [certificateOfAda, 'CN=Ada Lovelace,OU=LAL,O=GRID-FR,C=FR']) {
      expect(await original().byCertificateSubject(subject)).toMatchObject({ type: 'found', identity: { userName: 'ada' } });
    }
    for (const subject of ['/C=FR/O=GRID-FR/OU=LAL/CN=Eve', '/CN=Ada Lovelace', 'no name', '*', '/C=FR/O=GRID-FR/OU=LAL/CN=*']) {
      expect(await original().byCertificateSubject(subject)).toEqual({ type: 'unknown' });
    }
    expect(await original({ certificateAttribute: null }).byCertificateSubject(certificateOfAda)).toEqual({ type: 'unknown' });
  });

  test('a person keeps the subject when renamed, and groups are as they are now', async () => {
    const subjectOf = (answer: object) => (answer as { identity: { subject: string } }).identity.subject;
    const before = subjectOf(await original({ requiredGroup: null }).look('bob'));
    await slapd.modify('dn: uid=bob,ou=users,o=cloud\nchangetype: modrdn\nnewrdn: uid=robert\ndeleteoldrdn: 1\n');
    await slapd.modify('dn: cn=cloud-access,ou=groups,o=cloud\nchangetype: modify\nadd: uniqueMember\nuniqueMember: uid=robert,ou=users,o=cloud\n');
    expect(subjectOf(await original().logIn('robert', password))).toBe(before);
    expect(await original().look('bob')).toEqual({ type: 'unknown' });
  });
});

describe('names that try to be more than names', () => {
  test.each([
    '*',
    'ada)(uid=*',
    '*)(uid=*',
    'ada*',
    '*)(|(objectClass=*',
    'ada\\2a',
    '\\61\\64\\61',
    'ada)(&',
    '(ada)',
    'uid=ada,ou=users,o=cloud',
    'ada,ou=users,o=cloud',
    'ada\0',
    'ada\0)(uid=*',
    'ada\r\n',
    '\ud800',
    '',
    ' ',
    'a'.repeat(256),
    'ада',
    'ada​',
  ])('%j is nobody', async (name) => {
    expect(await original().logIn(name, password)).toEqual({ type: 'unknown' });
    expect(await original().look(name)).toEqual({ type: 'unknown' });
  });

  test('a name longer than any is nobody', async () => {
    expect(await original().logIn('a'.repeat(1_000_000), password)).toEqual({ type: 'unknown' });
  });

  test('a password is only a password', async () => {
    for (const odd of ['*', '\0', `${password}\0`, ` ${password}`, 'p'.repeat(1_000_000), '{SSHA}', '\ud800']) {
      expect(await original().logIn('ada', odd)).toEqual({ type: 'wrong-password' });
    }
  });
});

describe('other trees', () => {
  const lab = (more: Partial<Omit<LdapMethod, 'type'>> = {}) =>
    new LdapDirectory(ldapMethod({ name: 'lab', url: slapd.url, userBase: 'ou=users,o=cloud', groupBase: 'ou=groups,o=cloud', ...more }), nodeClock);

  test('groups by DN and by user name count alike', async () => {
    expect(await lab().look('ada')).toMatchObject({
      identity: { groups: ['cloud-access', 'physics', 'unix', 'names'].map((cn) => `cn=${cn},ou=groups,o=cloud`) },
    });
    expect(await lab({ groupObjectClasses: ['posixGroup'] }).look('ada')).toMatchObject({ identity: { groups: ['cn=unix,ou=groups,o=cloud'] } });
    expect(await lab({ groupBase: null }).look('ada')).toMatchObject({ identity: { groups: [] } });
  });

  test('people may log in with another attribute', async () => {
    const byMail = lab({ userAttribute: 'mail' });
    expect(await byMail.logIn('ada@example.org', password)).toMatchObject({ type: 'found', identity: { userName: 'ada@example.org' } });
  });

  test('where the directory gives no id of its own the DN stands for the person', async () => {
    expect(await lab({ subjectAttribute: 'employeeNumber' }).look('ada')).toMatchObject({ identity: { subject: 'uid=ada,ou=users,o=cloud' } });
  });
});

describe('encryption', () => {
  test('works by StartTLS and by LDAPS', async () => {
    expect(await original({ startTls: true, ...secured() }).logIn('ada', password)).toMatchObject({ type: 'found' });
    expect(await original({ url: slapd.secureUrl, ...secured() }).logIn('ada', password)).toMatchObject({ type: 'found' });
    expect(await original({ url: slapd.secureUrl.replace('127.0.0.1', 'localhost'), ...secured() }).logIn('ada', 'wrong')).toEqual({
      type: 'wrong-password',
    });
  });

  test('a certificate that nobody vouches for is not taken', async () => {
    const other = rootCertificates[0] as string;
    for (const way of [{ startTls: true }, { url: slapd.secureUrl }]) {
      for (const caCertificate of [null, other]) {
        await expect(original({ ...way, caCertificate }).logIn('ada', password)).rejects.toMatchObject({
          name: 'DriverError',
          retry: 'never',
          message: expect.stringContaining('its certificate is not trusted'),
        });
      }
    }
  });

  test('nor is one for another name', async () => {
    const relay = createServer((socket) => {
      const onward = connect(Number(new URL(slapd.secureUrl).port), '127.0.0.1');
      for (const each of [socket, onward]) each.on('error', () => undefined);
      socket.pipe(onward).pipe(socket);
    });
    servers.push(relay);
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.2', resolve));
    const url = `ldaps://127.0.0.2:${(relay.address() as AddressInfo).port}`;
    await expect(original({ ...secured(), url }).logIn('ada', password)).rejects.toThrow(/certificate is not trusted.*127\.0\.0\.2/);
  });

  test('no CA certificate that is none is taken for no CA certificate', async () => {
    await expect(original({ url: slapd.secureUrl, caCertificate: 'nonsense' }).logIn('ada', password)).rejects.toMatchObject({ name: 'DriverError' });
  });
});

/** A directory of our own making: answers what it is told to. */
async function pretend(answer: (data: Buffer, socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).on('data', (data: Buffer) => answer(data, socket));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a directory in trouble', () => {
  test('that is down is said to be down', async () => {
    await slapd.stop();
    try {
      await expect(original().logIn('ada', password)).rejects.toMatchObject({
        name: 'DriverError',
        retry: 'later',
        message: expect.stringMatching(/^The directory ldap:\/\/127\.0\.0\.1:\d+ of log-in method lab failed at connecting: .*ECONNREFUSED/),
      });
      expect(await original().check()).toEqual([{ isRight: false, says: expect.stringContaining('ECONNREFUSED') }]);
    } finally {
      await slapd.start();
    }
    expect(await original().logIn('ada', password)).toMatchObject({ type: 'found' });
  });

  test('that says nothing is waited for only so long', async () => {
    const url = await pretend(() => undefined);
    for (const more of [{}, { startTls: true }, { url: url.replace('ldap:', 'ldaps:') }]) {
      await expect(original({ url, timeoutMs: 200, ...more }).logIn('ada', password)).rejects.toMatchObject({
        retry: 'soon',
        message: expect.stringContaining('did not answer within 0.2 s'),
      });
    }
  });

  test('that hangs up, talks nonsense or never ends is given up', async () => {
    const hangsUp = await pretend((_, socket) => socket.destroy());
    const nonsense = await pretend((_, socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const endless = await pretend((_, socket) => {
      const part = Buffer.alloc(1_048_576, 0x41);
      part.write('\x30\x84\x7f\xff\xff\xff', 'latin1');
      const more = (): void => void (socket.destroyed || socket.write(part, more));
      more();
    });
    for (const url of [hangsUp, nonsense, endless]) {
      for (const startTls of [false, true]) {
        await expect(original({ url, startTls, timeoutMs: 500 }).logIn('ada', password)).rejects.toMatchObject({ name: 'DriverError' });
      }
    }
  });

  test('what somebody slips in before the encryption is not taken for the directory', async () => {
    const agreed = Buffer.from('300c02010178070a010004000400', 'hex');
    const slippedIn = Buffer.from('300c02010261070a0100040004', 'hex');
    const url = await pretend((_, socket) => socket.write(Buffer.concat([agreed, slippedIn])));
    await expect(original({ url, startTls: true }).logIn('ada', password)).rejects.toThrow(/slipped in/);
    const refuses = await pretend((_, socket) => socket.write(Buffer.from('300c02010178070a010204000400', 'hex')));
    await expect(original({ url: refuses, startTls: true }).logIn('ada', password)).rejects.toThrow(/refuses StartTLS/);
  });

  test('a closed method ends what is under way', async () => {
    const directory = original({ url: await pretend(() => undefined) });
    const logIn = directory.logIn('ada', password);
    directory.close();
    await expect(logIn).rejects.toThrow('Log-in method lab is closed.');
    await expect(directory.look('ada')).rejects.toThrow('Log-in method lab is closed.');
  });
});

describe('trying a configuration', () => {
  const says = async (more: Partial<Omit<LdapMethod, 'type'>>) =>
    (await original(more).check()).map((each) => `${each.isRight ? '+' : '-'} ${each.says}`);

  test('says what it finds', async () => {
    expect(await says({ startTls: true, ...secured() })).toEqual([
      '+ The directory answers, encrypted.',
      '+ 6 people below ou=users,o=cloud.',
      '+ 2 groups below ou=groups,o=cloud.',
      '+ Members of cn=cloud-access,ou=groups,o=cloud may use the cloud.',
    ]);
  });

  test('says what is wrong', async () => {
    const last = async (more: Partial<Omit<LdapMethod, 'type'>>) => (await says(more)).at(-1);
    expect(await last({ userBase: 'ou=nowhere,o=cloud' })).toMatch(/^- .*counting people below ou=nowhere,o=cloud: there is no such entry/);
    expect(await last({ userBase: 'nonsense' })).toBe('- userBase is no DN: nonsense');
    expect(await says({ userAttribute: 'employeeNumber' })).toContainEqual(
      expect.stringMatching(/^- No inetOrgPerson with employeeNumber is visible/),
    );
    expect(await last({ requiredGroup: 'cn=cloud,ou=groups,o=cloud' })).toMatch(/^- .*required group cn=cloud,.*there is no such entry/);
    expect(await last({ requiredGroup: 'ou=users,o=cloud' })).toMatch(/^- ou=users,o=cloud is no group/);
    expect(await last({ bindDn: slapd.rootDn, bindPassword: 'wrong' })).toMatch(/^- .*refuses the account of the cloud/);
    expect(await last({ bindDn: slapd.rootDn, bindPassword: null })).toMatch(/^- .*no password for it/);
    expect(await last({ bindDn: slapd.rootDn, bindPassword: slapd.rootPassword })).toMatch(/^\+ Members/);
  });

  test('a directory that lets nobody search without a name is searched with one', async () => {
    const closed = await startSlapd({ isClosed: true });
    try {
      const url = { url: closed.url };
      expect(await original({ ...url, bindDn: closed.rootDn, bindPassword: closed.rootPassword }).logIn('ada', password)).toMatchObject({
        type: 'found',
      });
      expect((await says(url)).at(-1)).toMatch(/^- /);
    } finally {
      await closed.remove();
    }
  });
});
