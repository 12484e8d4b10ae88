import fc from 'fast-check';
import { BerReader, BerWriter, FilterParser, type Filter } from 'ldapts';
import { describe, expect, test } from 'vitest';
import { ldapMethod } from '../../core/ldap-method.ts';
import { everyGroup, groupsOf, userNamed, userWith } from './filters.ts';
import { isPossibleUserName, personOf } from './person.ts';
import { startTlsResult } from './start-tls.ts';

const method = ldapMethod({ name: 'lab', url: 'ldap://localhost', userBase: 'ou=users,o=cloud' });

/** As it reads from the bytes that go to the directory. */
function onTheWire(filter: Filter): string {
  const writer = new BerWriter();
  filter.write(writer);
  return FilterParser.parse(new BerReader(writer.buffer)).toString();
}

describe('a filter', () => {
  test('has as many parts as the cloud gave it, whatever name is looked for', () => {
    const name = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('*', '(', ')', '\\', '&', '|', '=', 'a', '\0') }));
    fc.assert(
      fc.property(name, (each) => {
        fc.pre(each.isWellFormed());
        const escaped = each.replace(/[*()\\\0]/g, (odd) => `\\${odd.charCodeAt(0).toString(16).padStart(2, '0')}`);
        expect(onTheWire(userNamed(method, each))).toBe(`(&(objectclass=inetorgperson)(uid=${escaped}))`);
      }),
    );
  });

  test('asks each sort of group in its own way', () => {
    expect(onTheWire(groupsOf(method, 'uid=ada,o=cloud', 'ada'))).toBe(
      '(|(&(objectclass=groupofuniquenames)(uniquemember=uid=ada,o=cloud))(&(objectclass=groupofnames)(member=uid=ada,o=cloud))(&(objectclass=posixgroup)(memberuid=ada)))',
    );
    expect(onTheWire(everyGroup({ ...method, groupObjectClasses: ['group'] }))).toBe('(|(objectclass=group))');
    expect(onTheWire(userWith(method, 'seeAlso', 'CN=*'))).toBe('(&(objectclass=inetorgperson)(seealso=CN=\\2a))');
  });
});

describe('an entry', () => {
  const dn = 'uid=Ada,ou=users,o=cloud';

  test('without anything but a DN is somebody still', () => {
    expect(personOf(method, { dn }, 'ada')).toEqual({
      dn,
      subject: 'uid=ada,ou=users,o=cloud',
      userName: null,
      displayName: null,
      email: null,
      certificateSubjects: [],
    });
    expect(personOf(method, { dn: 'nonsense' }, 'ada')).toBeNull();
  });

  test('is read whatever the case of its attributes; what cannot be shown is left out', () => {
    const entry = {
      dn,
      UID: ['alias', 'Ada'],
      MAIL: ['no address', 'a@b@c', 'evil@example.org\r\nBcc: all', 'ada@example.org'],
      CN: Buffer.from([0xff]),
      seealso: ['nonsense', 'CN=Ada,C=FR'],
    };
    expect(personOf(method, entry, 'ada')).toMatchObject({
      userName: 'Ada',
      displayName: null,
      email: 'ada@example.org',
      certificateSubjects: ['cn=ada,c=fr'],
    });
  });

  test('keeps its own id, text or bytes', () => {
    const subject = (value: Buffer | string) => personOf(method, { dn, entryUUID: value }, null)?.subject;
    expect(subject(Buffer.from('0d9f6c4e-0000'))).toBe('0d9f6c4e-0000');
    expect(subject(Buffer.from([0, 255, 16]))).toBe('00ff10');
    expect(subject('')).toBe('uid=ada,ou=users,o=cloud');
  });
});

test.each(['ada', 'a b', "o'neil", 'zoë', 'user@example.org', '*'])('%j may be a name', (name) => {
  expect(isPossibleUserName(name)).toBe(true);
});

test.each(['', ' ', 'a\0', 'a\n', '\u2028', '\ud800', 'a'.repeat(256)])('%j can be no name', (name) => {
  expect(isPossibleUserName(name)).toBe(false);
});

describe('the answer to StartTLS', () => {
  const agreed = '300c02010178070a010004000400';

  test('is read from exactly its own bytes', () => {
    expect(startTlsResult(Buffer.from(agreed, 'hex'))).toBe(0);
    expect(startTlsResult(Buffer.from('300c02010178070a013404000400', 'hex'))).toBe(52);
    expect(startTlsResult(Buffer.from(`${agreed}30`, 'hex'))).toBeNull();
    expect(startTlsResult(Buffer.from('300c02010278070a010004000400', 'hex'))).toBeNull();
    expect(startTlsResult(Buffer.from('300c02010161070a010004000400', 'hex'))).toBeNull();
  });

  test('may be any bytes without falling over', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => startTlsResult(Buffer.from(bytes)) !== undefined));
    for (let length = 0; length < agreed.length / 2; length++) expect(startTlsResult(Buffer.from(agreed, 'hex').subarray(0, length))).toBeNull();
  });
});
