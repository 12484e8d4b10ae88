import { describe, expect, test } from 'vitest';
import { isNamed, readLsc } from './lsc.ts';
import { blocksOf } from './pem.ts';
import { Refusal } from './refusal.ts';
import { fits, readNamespaces, readSigningPolicy } from './signing-policy.ts';

describe('a signing policy', () => {
  test('names authorities and whom each may sign for', () => {
    const text = `# comment
 access_id_CA      X509         '/C=FR/O=MENESR/OU=GRID-FR/CN=AC GRID-FR'
 pos_rights        globus        CA:sign
 cond_subjects     globus     '"/O=GRID-FR/*" "/DC=fr/*"'

access_id_CA X509 "/CN=Other"
pos_rights globus CA:sign
cond_subjects globus '/CN=Other/*'
`;
    expect(readSigningPolicy(text)).toEqual([
      { authorityKey: '/c=fr/o=menesr/ou=grid-fr/cn=ac grid-fr', permitted: ['/o=grid-fr/*', '/dc=fr/*'] },
      { authorityKey: '/cn=other', permitted: ['/cn=other/*'] },
    ]);
  });

  test.each([
    '',
    'neg_rights globus CA:sign',
    "cond_subjects globus '/x'",
    "access_id_CA X509 '/CN=a'\ncond_subjects globus '/x'",
    "access_id_CA X509 '/CN=a'\npos_rights globus CA:sign\ncond_time globus 'x'",
  ])('with %j, which is not understood, is refused', (text) => expect(() => readSigningPolicy(text)).toThrow(Refusal));

  test('permits by * and ? the whole name, in no time even where it is made to take long', () => {
    expect(fits('/o=a/cn=b', '/o=a/*')).toBe(true);
    expect(fits('/o=ab', '/o=a?')).toBe(true);
    expect(fits('/o=a', '/o=a*')).toBe(true);
    for (const [name, pattern] of [
      ['/o=a', '/o=a/*'],
      ['/o=ab', '/o=a'],
      ['x/o=a', '/o=*'],
      ['/o=a', ''],
    ] as const)
      expect(fits(name, pattern)).toBe(false);
    expect(fits('a'.repeat(3_000), `${'*a'.repeat(200)}b`)).toBe(false);
  });
});

describe('namespaces', () => {
  test('say the same in another language', () => {
    expect(readNamespaces('TO Issuer "/CN=A" \\\n PERMIT Subject "/O=B/.*"\nTO Issuer SELF PERMIT Subject "/O=C\\.org/.*"\n')).toEqual([
      { authorityKey: '/cn=a', permitted: ['/o=b/*'] },
      { authorityKey: null, permitted: ['/o=c.org/*'] },
    ]);
  });

  test.each(['', 'TO Issuer "/CN=A" DENY Subject "/O=B"', 'TO Issuer "/CN=A" PERMIT Subject "/O=[a-z]+"', 'else'])('with %j are refused', (text) =>
    expect(() => readNamespaces(text)).toThrow(Refusal),
  );
});

describe('an LSC file', () => {
  test('names a server by the chain above it', () => {
    const chains = readLsc('/CN=old\n/CN=CA\n------ NEXT CHAIN ------\n# now\n/CN=Server\n/CN=CA\n');
    expect(isNamed(chains, ['/CN=Server', '/CN=CA', '/CN=Root'])).toBe(true);
    expect(isNamed(chains, ['/CN=Server', '/CN=Other'])).toBe(false);
    expect(isNamed(chains, ['/CN=Server'])).toBe(false);
    expect(isNamed(chains, ['/CN=old', '/CN=Server'])).toBe(false);
  });

  test.each(['', '/CN=Server\n', 'CN=Server\nCN=CA\n'])('with %j is refused', (text) => expect(() => readLsc(text)).toThrow(Refusal));
});

describe('a PEM file', () => {
  const block = (base64: string) => `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;

  test('may have several blocks and text around them, or be DER', () => {
    expect(blocksOf(Buffer.from(`about\n${block('AAEC')}${block('AwQF')}`), 'CERTIFICATE', 'it').map((each) => each.toString('hex'))).toEqual([
      '000102',
      '030405',
    ]);
    expect(blocksOf(Buffer.from([0x30, 0]), 'CERTIFICATE', 'it')).toHaveLength(1);
  });

  test.each(['', block('A!'), '-----BEGIN CERTIFICATE-----\nAAEC', block('AAEC').repeat(201)])('that is cut, spoilt or endless is refused', (text) =>
    expect(() => blocksOf(Buffer.from(text), 'CERTIFICATE', 'it')).toThrow(Refusal),
  );
});
