import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isMailAddress } from './mail-address.ts';

test('ordinary addresses are addresses', () => {
  for (const address of ['ada@example.org', "o'brien+lab@cs.example.ac.uk", 'root@localhost', 'a.b-c_d@xn--bcher-kva.example'])
    expect(isMailAddress(address), address).toBe(true);
});

test('what could become more than one address, or more than one line, is none', () => {
  const refused = [
    '',
    'ada',
    '@example.org',
    'ada@',
    'ada @example.org',
    'ada@example.org,eve@example.org',
    'Ada <ada@example.org>',
    '"a b"@example.org',
  ];
  refused.push('ada@example.org\nBcc: eve@example.org', 'ada@example.org\n', 'ada@example.org\r\n', 'ada@exa\u0000mple.org', 'ada@[127.0.0.1]');
  refused.push('.ada@example.org', 'ada.@example.org', 'a..b@example.org', 'ada@-example.org', 'ada@example..org', `${'a'.repeat(65)}@example.org`);
  refused.push('adá@example.org', `ada@${'a.'.repeat(130)}org`);
  for (const address of refused) expect(isMailAddress(address), JSON.stringify(address)).toBe(false);
});

test('no address has a character that ends a header or a command', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => !isMailAddress(`${a}@${b}`) || /^[\x21-\x7e]+$/.test(`${a}${b}`)));
});
