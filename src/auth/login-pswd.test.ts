import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptForm, parseLoginPswd } from './login-pswd.ts';
import { verifyPassword } from './password.ts';

const parse = (text: string, encoding: BufferEncoding = 'utf8') => parseLoginPswd(Buffer.from(text, encoding));

test('StratusLab’s file of passwords is read in all of its forms', () => {
  const { accounts, problems } = parse(`# Users of the cloud
! and another comment
ada = wonder\\=land\\u00e9,cloud-access

bob=MD5:5D41402ABC4B2A76B9719D911017C592,cloud-access
carol: CRYPT:abl0JrMf6tlhw, cloud-access , admin
  dave   CRYPT:$1$salt$BSpYmSAZQYBttsZ28Ph1f/
erin=long\\
   er,\\
   cloud-access
fr\\:ed=a:b=c\\\\d
`);
  expect(problems).toEqual([]);
  expect(accounts).toEqual([
    { line: 3, user: 'ada', password: { algorithm: 'plain', plain: 'wonder=landé' }, roles: ['cloud-access'] },
    { line: 5, user: 'bob', password: { algorithm: 'md5', hex: '5d41402abc4b2a76b9719d911017c592' }, roles: ['cloud-access'] },
    { line: 6, user: 'carol', password: { algorithm: 'crypt', crypt: 'abl0JrMf6tlhw' }, roles: ['cloud-access', 'admin'] },
    { line: 7, user: 'dave', password: { algorithm: 'crypt', crypt: '$1$salt$BSpYmSAZQYBttsZ28Ph1f/' }, roles: [] },
    { line: 8, user: 'erin', password: { algorithm: 'plain', plain: 'longer' }, roles: ['cloud-access'] },
    { line: 11, user: 'fr:ed', password: { algorithm: 'plain', plain: 'a:b=c\\d' }, roles: [] },
  ]);
});

test('everybody in it gets in with the password of before, and none is kept as it was written', async () => {
  const { accounts } = parse('ada=hello\nbob=MD5:5D41402ABC4B2A76B9719D911017C592\ncarol=CRYPT:abl0JrMf6tlhw\n');
  for (const account of accounts) {
    const kept = await keptForm(account);
    expect(await verifyPassword('hello', kept), account.user).toBe(true);
    expect(JSON.stringify(kept)).not.toContain('hello');
  }
});

test('a file in Latin-1, with the line ends of Windows, is read as well', () => {
  expect(parse('zoé2=x\r\nada=été,cloud-access\r\n', 'latin1')).toMatchObject({
    accounts: [{ line: 2, user: 'ada', password: { plain: 'été' } }],
    problems: [{ line: 1 }],
  });
});

test('each line that is not taken over is named with its reason and without its password', () => {
  const { accounts, problems } = parse(
    'ada=hidden1\nbob=MD5:hidden2\ncarol=CRYPT:$y$hidden3\ndave=\n=hidden4\nerin=OBF:hidden5\nfred=\\u00zz\nada=hidden6\n',
  );
  expect(accounts).toMatchObject([{ line: 8, user: 'ada' }]);
  expect(problems).toEqual([
    { line: 1, problem: 'ada stands again in line 8, which counts' },
    { line: 2, problem: 'bob: MD5: is not followed by 32 hexadecimal digits' },
    { line: 3, problem: 'carol: CRYPT: is not followed by a hash of DES, $1$, $5$ or $6$' },
    { line: 4, problem: 'dave: there is no password' },
    { line: 5, problem: 'the user name is empty, too long, or has spaces or unusual characters' },
    { line: 6, problem: 'erin: OBF: is not understood; replace it by the password itself' },
    { line: 7, problem: 'a backslash-u is not followed by four hexadecimal digits' },
  ]);
  expect(JSON.stringify(problems)).not.toContain('hidden');
});

test('what is endless is not read to its end', () => {
  expect(parse(`ada=${'x'.repeat(3_000)}`)).toMatchObject({ accounts: [], problems: [{ line: 1 }] });
  expect(parse('a\\\n'.repeat(100_000)).accounts).toEqual([]);
  expect(parseLoginPswd(new Uint8Array(2 * 1024 * 1024))).toMatchObject({ accounts: [], problems: [{ line: 1 }] });
  expect(parse(Array.from({ length: 10_002 }, (_, n) => `u${n}=x`).join('\n')).problems).toEqual([
    { line: 10_001, problem: 'there are more than 10000 accounts' },
  ]);
});

test('no file makes the parser fail, and every line of its answer is a line of the file', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const { accounts, problems } = parseLoginPswd(bytes);
      const lines = Buffer.from(bytes)
        .toString('latin1')
        .split(/\r\n|\r|\n/).length;
      for (const { line } of [...accounts, ...problems]) expect(line >= 1 && line <= lines).toBe(true);
    }),
  );
});

test('every plain password comes back as it was, escaped as Java escapes', () => {
  const escape = (text: string) =>
    text.replaceAll(/[\\=:#!, \t\f\n\r]/g, (c) => ({ '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' })[c] ?? `\\${c}`);
  const password = fc
    .string({ minLength: 1, maxLength: 30 })
    .filter((text) => text.trim() === text && !text.includes(',') && !/^(MD5|CRYPT|OBF):/.test(text));
  fc.assert(
    fc.property(password, (plain) => {
      expect(parse(`ada=${escape(plain)},cloud-access`).accounts[0]?.password).toEqual({ algorithm: 'plain', plain });
    }),
  );
});
