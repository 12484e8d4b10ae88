import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { days } from '../core/units.ts';
import { goodPassword, peopleCloud, writtenBy, type PeopleCloud } from './people-cloud.fixture.ts';

let cloud: PeopleCloud;
const base = { registration: { open: true } };
beforeAll(async () => {
  cloud = await peopleCloud(base);
  await cloud.ask('PATCH', '/v1/users/admin', { email: 'root@example.org' });
});
afterAll(() => cloud.close());

let number = 0;
const applicant = (more: object = {}) => {
  const user = `r${++number}`;
  return { user, displayName: 'Rosa', email: `${user}@example.org`, language: 'en', reason: 'For science.', conditionsVersion: null, ...more };
};
const register = (body: object, address?: string) => cloud.anyone('POST', '/v1/registrations', body, address);
const use = (link: string, more: object = {}) => cloud.anyone('POST', '/v1/links/use', { link, password: goodPassword, ...more });
const settings = async (change: object) => expect((await cloud.ask('PATCH', '/v1/settings', change)).statusCode).toBe(200);
const userNamed = async (name: string) => (await cloud.ask('GET', `/v1/users/${name}`)).json();
const waiting = async (user: string) =>
  (await cloud.ask('GET', '/v1/registrations')).json().items.find((each: { user: string }) => each.user === user);

describe('a registration', () => {
  test('is confirmed by mail, then decided by an administrator, and ends in an account with a project', async () => {
    const rosa = applicant({ user: 'rosa.luz', email: 'rosa@example.org', reason: 'Line one\nBcc: all@example.org' });
    expect((await register(rosa)).statusCode).toBe(202);
    expect(await waiting('rosa.luz')).toMatchObject({ state: 'unconfirmed' });
    const link = await cloud.linkTo('rosa@example.org');
    expect(cloud.mails.some(({ to }) => to === 'root@example.org')).toBe(false);
    const { id } = await waiting('rosa.luz');
    expect((await cloud.ask('POST', `/v1/registrations/${id}/approve`)).statusCode).toBe(404);
    expect((await use(link)).json()).toEqual({ done: 'confirm-registration', next: '/registered' });
    expect((await use(link)).json()).toMatchObject({ code: 'LINK_OVER' });
    const told = await cloud.mailTo('root@example.org');
    expect(told.subject).toBe('rosa.luz asks for an account of Lab Cloud');
    expect(told.text).toContain('> Bcc: all@example.org');
    expect((await cloud.anyone('POST', '/v1/session', { user: 'rosa.luz', password: goodPassword })).statusCode).toBe(401);
    expect((await cloud.ask('POST', `/v1/registrations/${id}/approve`, { reason: 'Welcome!' })).statusCode).toBe(204);
    expect((await cloud.mailTo('rosa@example.org', 2)).text).toContain('Welcome!');
    expect(await userNamed('rosa.luz')).toMatchObject({ spec: { role: 'user', email: 'rosa@example.org', displayName: 'Rosa' } });
    const logIn = await cloud.anyone('POST', '/v1/session', { user: 'rosa.luz', password: goodPassword });
    expect(logIn.json()).toMatchObject({ pending: null });
    expect((await cloud.ask('GET', '/v1/projects/rosa-luz')).json().spec.members).toMatchObject([{ name: 'rosa.luz', role: 'owner' }]);
    expect(await waiting('rosa.luz')).toBeUndefined();
    const [entry] = await cloud.audit('registration.approve');
    expect(entry).toMatchObject({ name: 'admin', subjects: [{ kind: 'registration', name: 'rosa.luz' }] });
    expect(JSON.stringify(await cloud.audit('registration.create'))).not.toContain(goodPassword);
  });

  test('is refused with a reason, which is mailed', async () => {
    const body = applicant();
    await register(body);
    await use(await cloud.linkTo(body.email));
    const { id } = await waiting(body.user);
    expect((await cloud.ask('POST', `/v1/registrations/${id}/refuse`, { reason: 'Not of this lab.' })).statusCode).toBe(204);
    expect((await cloud.mailTo(body.email, 2)).text).toContain('> Not of this lab.');
    expect((await cloud.ask('POST', `/v1/registrations/${id}/approve`)).statusCode).toBe(404);
  });

  test('tells nobody whether the name is free or the address known: only the mailbox', async () => {
    await cloud.addUser('known');
    const taken = applicant({ user: 'known', email: 'reader@example.org' });
    const known = applicant({ email: 'KNOWN@example.org' });
    const free = applicant();
    const seen = new Set<string>();
    for (const body of [free, taken, known]) {
      const commit = vi.spyOn(cloud.store, 'commit');
      const { statusCode, body: said, headers } = await register(body, '192.0.2.50');
      const largest = Math.max(...commit.mock.calls.map(([changes]) => writtenBy(changes) ?? 0));
      commit.mockRestore();
      seen.add(JSON.stringify([statusCode, said, Object.keys(headers), largest]));
    }
    expect([...seen]).toEqual([expect.any(String)]);
    expect((await cloud.mailTo('reader@example.org')).text).toContain('That name is not free');
    expect((await cloud.mailTo('KNOWN@example.org')).subject).toBe('You already have an account of Lab Cloud');
    expect((await cloud.mailTo(free.email)).subject).toBe('Confirm your e-mail address for Lab Cloud');
  });

  test('gives nothing that was not asked of it: whatever else is sent is refused', async () => {
    for (const more of [
      { role: 'administrator' },
      { state: 'waiting' },
      { isBlocked: false },
      { acceptedConditions: 9 },
      { password: goodPassword },
      { project: 'default' },
      { quota: null },
    ])
      expect((await register(applicant(more))).statusCode).toBe(400);
    for (const more of [
      { email: 'a@example.org\r\nBcc: all@example.org' },
      { email: 'a@example.org,b@example.org' },
      { displayName: 'Ana\r\nBcc: all@example.org' },
      { user: 'usr-00000000000000000000000000' },
      { user: 'Ana' },
      { language: 'de' },
    ])
      expect([more, (await register(applicant(more))).statusCode]).toEqual([more, 400]);
    const body = applicant();
    await register(body);
    expect((await use(await cloud.linkTo(body.email), { role: 'administrator' })).statusCode).toBe(400);
  });

  test('by two for one name goes to who confirms first; the other may choose another name', async () => {
    const one = applicant({ user: 'same', email: 'one@example.org' });
    const two = applicant({ user: 'same', email: 'two@example.org' });
    await register(one);
    await register(two);
    const [first, second] = [await cloud.linkTo('one@example.org'), await cloud.linkTo('two@example.org')];
    const answers = await Promise.all([use(first), use(second)]);
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 409]);
    const [late, email] = answers[0]?.statusCode === 409 ? [first, 'one@example.org'] : [second, 'two@example.org'];
    expect((await use(late, { user: 'same2' })).statusCode).toBe(200);
    expect(await waiting('same2')).toMatchObject({ email, state: 'waiting' });
  });

  test('needs the conditions of today, and an address of where the settings allow', async () => {
    await settings({ conditions: { text: { en: 'Be kind.' } }, registration: { allowedMailDomains: ['example.org'], approval: false } });
    expect((await register(applicant())).json()).toMatchObject({ code: 'INPUT_INVALID', params: { where: 'conditionsVersion' } });
    expect((await register(applicant({ conditionsVersion: 1, email: 'a@example.org.evil.example' }))).json()).toMatchObject({
      params: { where: 'email' },
    });
    const body = applicant({ conditionsVersion: 1 });
    expect((await register(body)).statusCode).toBe(202);
    expect((await use(await cloud.linkTo(body.email))).json()).toMatchObject({ next: '/log-in' });
    expect(await userNamed(body.user)).toMatchObject({ spec: { acceptedConditions: 1 } });
    const made = (await cloud.audit('user.create')).filter(({ name }) => name === body.user);
    expect(made).toMatchObject([{ userId: null, method: 'link', address: '192.0.2.7' }]);
    await settings({ conditions: null, registration: { allowedMailDomains: [], approval: true } });
  });

  test('is not possible where the settings do not open it', async () => {
    await settings({ registration: { open: false } });
    expect((await register(applicant())).json()).toMatchObject({ code: 'REGISTRATION_CLOSED' });
    await settings(base);
  });

  test('is for administrators to see and decide', async () => {
    const browser = await cloud.browserOf(await cloud.addUser('curious'));
    expect((await browser.ask('GET', '/v1/registrations')).statusCode).toBe(403);
    expect((await browser.ask('POST', '/v1/registrations/reg-x/approve')).statusCode).toBe(403);
    expect((await browser.ask('POST', '/v1/users/import', { text: 'x=y' })).statusCode).toBe(403);
  });
});

describe('an invitation', () => {
  const invite = (path: string, email: string, role = 'member') => cloud.ask('POST', path, { email, role, language: 'en' });
  const path = '/v1/projects/physics/invitations';
  beforeAll(async () => void (await cloud.ask('POST', '/v1/projects', { name: 'physics' })));
  const members = async () => (await cloud.ask('GET', '/v1/projects/physics')).json().spec.members;

  test('makes an account for who has none, with the role that was meant', async () => {
    expect((await invite(path, 'ada@example.org')).json()).toMatchObject({ email: 'ada@example.org', role: 'member', invitedBy: 'admin' });
    const link = await cloud.linkTo('ada@example.org');
    const shown = (await cloud.anyone('POST', '/v1/links/peek', { link })).json();
    expect(shown).toMatchObject({ purpose: 'accept-invitation', project: 'physics', email: 'ada@example.org', needs: { account: true } });
    expect((await use(link, { user: 'admin' })).statusCode).toBe(409);
    expect((await use(link, { user: 'ada', displayName: 'Ada' })).json()).toEqual({ done: 'accept-invitation', next: '/projects/physics' });
    expect(await members()).toMatchObject([{ name: 'ada', role: 'member' }, { name: 'admin' }]);
    expect(await userNamed('ada')).toMatchObject({ spec: { role: 'user', email: 'ada@example.org' } });
    expect((await use(link, { user: 'eve' })).statusCode).toBe(410);
  });

  test('takes in who is logged in, leaves a greater role as it is, and needs the page’s own token', async () => {
    const ben = await cloud.addUser('ben');
    const browser = await cloud.browserOf(ben);
    await invite(path, 'ben@example.org', 'operator');
    const link = await cloud.linkTo('ben@example.org');
    expect((await use(link, { user: 'ben2' })).json()).toMatchObject({ code: 'UNAUTHENTICATED' });
    const forged = { method: 'POST', url: '/v1/links/use', payload: { link }, headers: { host: 'localhost' } } as const;
    const withCookie = { ...forged, cookies: { stratus_session_default: browser.loggedIn.secret } };
    expect((await cloud.inject(withCookie)).statusCode).toBe(403);
    expect((await browser.ask('POST', '/v1/links/use', { link })).statusCode).toBe(200);
    expect(await members()).toContainEqual(expect.objectContaining({ name: 'ben', role: 'operator' }));
    await cloud.ask('POST', '/v1/projects/physics/set-member', { user: 'ben', role: 'owner' });
    await invite(path, 'ben@example.org', 'viewer');
    await browser.ask('POST', '/v1/links/use', { link: await cloud.linkTo('ben@example.org', 2) });
    expect(await members()).toContainEqual(expect.objectContaining({ name: 'ben', role: 'owner' }));
  });

  test('is an owner’s to make and to take back, and worthless once the owner is none', async () => {
    const [cat, dan] = [await cloud.addUser('cat'), await cloud.addUser('dan')];
    await cloud.ask('POST', '/v1/projects/physics/set-member', { user: 'cat', role: 'owner' });
    await cloud.ask('POST', '/v1/projects/physics/set-member', { user: 'dan', role: 'member' });
    const [asCat, asDan, stranger] = [await cloud.browserOf(cat), await cloud.browserOf(dan), await cloud.browserOf(await cloud.addUser('sam'))];
    const body = { email: 'x@example.org', role: 'owner', language: 'fr' };
    expect((await asDan.ask('POST', path, body)).statusCode).toBe(403);
    expect((await asDan.ask('GET', path)).statusCode).toBe(403);
    expect((await stranger.ask('POST', path, body)).statusCode).toBe(404);
    const { id } = (await asCat.ask('POST', path, body)).json();
    expect((await cloud.mailTo('x@example.org')).subject).toBe('cat vous invite dans le projet physics');
    expect((await asCat.ask('DELETE', `${path}/${id}`)).statusCode).toBe(204);
    expect((await use(await cloud.linkTo('x@example.org'), { user: 'xen' })).statusCode).toBe(410);
    await asCat.ask('POST', path, body);
    await cloud.ask('POST', '/v1/projects/physics/set-member', { user: 'cat', role: 'viewer' });
    expect((await use(await cloud.linkTo('x@example.org', 2), { user: 'xen' })).statusCode).toBe(410);
    expect((await cloud.ask('GET', '/v1/users/xen')).statusCode).toBe(404);
  });
});

describe('a course', () => {
  const make = async (name: string, seats: number, more: object = {}) =>
    (await cloud.ask('POST', '/v1/courses', { name, seats, endsAt: new Date(cloud.cloud.clock.now() + 10 * days).toISOString(), ...more })).json();
  const membersOf = async (name: string) => (await cloud.ask('GET', `/v1/projects/${name}`)).json().spec.members as { name: string; role: string }[];

  test('has ten seats, of fifty who take one at the same moment ten get one', { timeout: 60_000 }, async () => {
    const { code } = await make('crowded', 10);
    const browsers = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => cloud.browserOf(await cloud.addUser(`student${n}`, { email: null }))),
    );
    const answers = await Promise.all(browsers.map((browser) => browser.ask('POST', '/v1/courses/join', { code })));
    const statuses = answers.map(({ statusCode }) => statusCode);
    expect([statuses.filter((each) => each === 200).length, statuses.filter((each) => each === 409).length]).toEqual([10, 40]);
    expect((await membersOf('crowded')).filter(({ role }) => role === 'member')).toHaveLength(10);
    expect((await cloud.ask('GET', '/v1/courses')).json().items).toContainEqual(
      expect.objectContaining({ name: 'crowded', state: 'full', seatsTaken: 10 }),
    );
    const again = answers.findIndex(({ statusCode }) => statusCode === 200);
    expect((await browsers[again]?.ask('POST', '/v1/courses/join', { code }))?.statusCode).toBe(200);
  });

  test('lets new people in by its code, without an administrator, also where registration is closed', async () => {
    await settings({ registration: { open: false } });
    const { code } = await make('open-course', 1, { role: 'operator' });
    const one = applicant({ code: code.toLowerCase().replace('-', ' ') });
    const two = applicant({ code });
    expect((await register(one)).statusCode).toBe(202);
    expect((await register(two)).statusCode).toBe(202);
    expect((await register(applicant({ code: 'BCDFGHJK' }))).json()).toMatchObject({ code: 'NOT_FOUND', params: { kind: 'course' } });
    expect((await use(await cloud.linkTo(one.email))).json()).toMatchObject({ next: '/log-in' });
    expect((await cloud.mailTo(one.email, 2)).subject).toBe('Welcome to course open-course');
    expect((await use(await cloud.linkTo(two.email))).json()).toMatchObject({ code: 'COURSE_FULL' });
    expect((await cloud.ask('GET', `/v1/users/${two.user}`)).statusCode).toBe(404);
    expect((await cloud.ask('PATCH', '/v1/courses/open-course', { seats: 2 })).json()).toMatchObject({ seats: 2, seatsTaken: 1 });
    expect((await use(await cloud.linkTo(two.email))).statusCode).toBe(200);
    expect((await cloud.ask('PATCH', '/v1/courses/open-course', { seats: 1 })).statusCode).toBe(400);
    expect(await membersOf('open-course')).toContainEqual(expect.objectContaining({ name: two.user, role: 'operator' }));
    await settings(base);
  });

  test('shows its code to who gives it and not to who takes part', async () => {
    const [teacher, student] = [await cloud.addUser('teacher'), await cloud.addUser('pupil')];
    const { code } = await make('taught', 5, { owner: 'teacher' });
    const [asTeacher, asStudent] = [await cloud.browserOf(teacher), await cloud.browserOf(student)];
    await asStudent.ask('POST', '/v1/courses/join', { code });
    expect((await asTeacher.ask('GET', '/v1/courses')).json().items).toMatchObject([{ name: 'taught', code }]);
    expect((await asStudent.ask('GET', '/v1/courses')).json()).toEqual({ items: [] });
    expect((await asTeacher.ask('PATCH', '/v1/courses/taught', { seats: 400 })).statusCode).toBe(403);
    const wrong = await Promise.all(Array.from({ length: 25 }, () => asStudent.ask('POST', '/v1/courses/join', { code: 'BCDFGHJK' })));
    expect(wrong.filter(({ statusCode }) => statusCode === 429).length).toBeGreaterThan(3);
  });

  test('ends: nobody new joins, students only see, what runs is stopped; and it may go on', async () => {
    const { Courses } = await import('../auth/flows/courses.ts');
    const courses = new Courses(cloud);
    const { code } = await make('ending', 5);
    const late = await cloud.addUser('late');
    const early = await cloud.addUser('early');
    await (await cloud.browserOf(early)).ask('POST', '/v1/courses/join', { code });
    const made = await cloud.ask('POST', '/v1/instances?project=ending', { name: 'vm', image: 'tiny' });
    expect(made.statusCode).toBe(201);
    await cloud.runs(made.json().id);
    cloud.pass(11 * days);
    const browser = await cloud.browserOf(late);
    expect((await browser.ask('POST', '/v1/courses/join', { code })).json()).toMatchObject({ code: 'COURSE_OVER' });
    const failures: unknown[] = [];
    await courses.endDue((error) => failures.push(error));
    expect(failures).toEqual([]);
    expect(await courses.endDue((error) => failures.push(error))).toBe(0);
    expect(await membersOf('ending')).toMatchObject([
      { name: 'admin', role: 'owner' },
      { name: 'early', role: 'viewer' },
    ]);
    expect((await cloud.ask('GET', '/v1/instances/vm?project=ending')).json().spec.power).toBe('stopped');
    const endsAt = new Date(cloud.cloud.clock.now() + days).toISOString();
    expect((await cloud.ask('PATCH', '/v1/courses/ending', { endsAt })).json()).toMatchObject({ state: 'open' });
    expect(await membersOf('ending')).toContainEqual(expect.objectContaining({ name: 'early', role: 'member' }));
    expect((await cloud.ask('DELETE', '/v1/courses/ending')).statusCode).toBe(204);
    expect((await browser.ask('POST', '/v1/courses/join', { code })).statusCode).toBe(404);
  });
});

describe('the accounts of an older cloud', () => {
  const text = [
    'old1=MD5:5f4dcc3b5aa765d61d8327deb882cf99,cloud-access',
    'Old2=secret,cloud-access',
    'old3=secret',
    'known=x,cloud-access',
    'old4=OBF:1x,cloud-access',
    'old5=plain-secret,cloud-access',
  ].join('\n');
  const run = (dryRun: boolean) => cloud.ask('POST', '/v1/users/import', { text, dryRun });

  test('are tried, then taken over, line by line; sent again they are there already', async () => {
    const tried = (await run(true)).json();
    expect(tried).toMatchObject({
      users: [
        { line: 1, name: 'old1', id: null },
        { line: 6, name: 'old5', id: null },
      ],
    });
    expect(tried.problems.map(({ line }: { line: number }) => line)).toEqual([2, 3, 4, 5]);
    expect(JSON.stringify(tried)).not.toContain('secret');
    expect((await cloud.ask('GET', '/v1/users/old1')).statusCode).toBe(404);
    expect((await run(false)).json().users).toMatchObject([{ name: 'old1', id: expect.stringMatching(/^usr-/) }, { name: 'old5' }]);
    expect((await cloud.anyone('POST', '/v1/session', { user: 'old1', password: 'password' })).statusCode).toBe(201);
    expect((await cloud.anyone('POST', '/v1/session', { user: 'old5', password: 'plain-secret' })).statusCode).toBe(201);
    expect((await run(false)).json().users).toEqual([]);
  });
});
