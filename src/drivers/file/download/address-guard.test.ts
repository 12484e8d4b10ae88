import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refuseAddress, refuseHost } from './address-guard.ts';

const lab = { allowLoopback: false, allowPrivate: true };
const strict = { allowLoopback: false, allowPrivate: false };

describe('a download', () => {
  test.each([
    '169.254.169.254',
    'fe80::1',
    '::ffff:169.254.169.254',
    'fd00:ec2::254',
    '0.0.0.0',
    '::',
    '127.0.0.1',
    '127.8.8.8',
    '::1',
    '::ffff:127.0.0.1',
    '224.0.0.1',
    'ff02::1',
    '255.255.255.255',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::',
  ])('never goes to %s', (address) => {
    expect(refuseAddress(address, lab)).not.toBeNull();
  });

  test.each(['10.1.2.3', '172.16.0.1', '192.168.1.1', 'fd12::1', '100.64.0.1'])(
    'goes to %s in a lab, and not where private addresses are forbidden',
    (address) => {
      expect(refuseAddress(address, lab)).toBeNull();
      expect(refuseAddress(address, strict)).not.toBeNull();
    },
  );

  test('never goes to this machine by any of its addresses', () => {
    const own = () => ['10.1.2.3', 'fd12::1'];
    expect(refuseAddress('10.1.2.3', lab, own)).toContain('this machine itself');
    expect(refuseAddress('fd12:0::1', lab, own)).toContain('this machine itself');
    expect(refuseAddress('10.1.2.4', lab, own)).toBeNull();
    expect(refuseAddress('10.1.2.3', { ...lab, allowLoopback: true }, own)).toBeNull();
  });

  test.each(['93.184.216.34', '2a01:4f8::1'])('goes to the public address %s', (address) => {
    expect(refuseAddress(address, strict)).toBeNull();
  });

  test('is refused for an address in any spelling that a URL allows', () => {
    for (const spelling of ['2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.254.43518', '[::ffff:a9fe:a9fe]', '169.254.169.254']) {
      const { hostname } = new URL(`http://${spelling}/latest/meta-data`);
      expect(refuseHost(hostname, lab), spelling).not.toBeNull();
    }
  });

  test('never goes to any link-local address', () => {
    fc.assert(
      fc.property(
        fc.nat(255),
        fc.nat(255),
        (a, b) => refuseAddress(`169.254.${a}.${b}`, lab) !== null && refuseAddress(`::ffff:169.254.${a}.${b}`, lab) !== null,
      ),
    );
  });
});
