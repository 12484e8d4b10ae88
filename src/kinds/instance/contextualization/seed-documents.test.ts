import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { metaDataDocument, networkConfigDocument, vendorDataDocument } from './seed-documents.ts';
import { toYaml, type YamlValue } from './yaml.ts';

/** Anything that may be typed or pasted, with what YAML reads into characters among it. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      "'",
      '\\',
      '\n',
      '\r',
      '\t',
      ':',
      '#',
      '-',
      ' ',
      '{',
      '[',
      '&',
      '*',
      '!',
      '|',
      '>',
      '%',
      '@',
      'a',
      '\u0085',
      '\u2028',
      '\0',
      '😀',
    ),
  }),
  fc.constantFrom('no', 'Off', 'null', '~', '1e3', '0x1f', '52:54:00:12:34:56', '2026-11-21', '---', '...', '- a', '<<', '.inf', 'y', '=', ''),
);

const readBoth = (yaml: string): unknown[] => [parse(yaml, { version: '1.1' }), parse(yaml, { version: '1.2' })];

test('meta-data names the guest and lists its keys, one to a line', () => {
  expect(metaDataDocument({ instanceId: 'i-06evj4', hostname: 'first', publicKeys: ['ssh-ed25519 AAAA me@here', 'ssh-rsa BBBB'] })).toBe(
    'instance-id: i-06evj4\nlocal-hostname: first\npublic-keys:\n  - "ssh-ed25519 AAAA me@here"\n  - "ssh-rsa BBBB"\n',
  );
});

test('whatever a name or a key holds, a guest reads exactly that and nothing more', () => {
  fc.assert(
    fc.property(text, text, fc.array(text), (instanceId, hostname, publicKeys) => {
      for (const read of readBoth(metaDataDocument({ instanceId, hostname, publicKeys }))) {
        expect(read).toEqual({ 'instance-id': instanceId, 'local-hostname': hostname, 'public-keys': publicKeys });
      }
    }),
    { numRuns: 1000 },
  );
});

test('whatever plain data is written, it is read again, by old rules and by new', () => {
  const key = fc.string({ minLength: 1 }).filter((name) => name !== '__proto__' && name !== '<<');
  const { value } = fc.letrec<{ value: YamlValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(value, (data) => {
      for (const read of readBoth(toYaml(data))) expect(read).toEqual(data);
    }),
    { numRuns: 1000 },
  );
});

test('a nic is found by its MAC address, and has its address by DHCP or a fixed one', () => {
  const yaml = networkConfigDocument([
    { mac: '52:54:00:AB:CD:EF', mtuBytes: null, fixed: null },
    {
      mac: '52:54:00:12:34:56',
      mtuBytes: 1450,
      fixed: { address: '10.42.0.7/20', gateway: '10.42.0.1', nameservers: ['10.42.0.1'], searchDomains: ['lab.internal'] },
    },
  ]);
  for (const read of readBoth(yaml)) {
    expect(read).toEqual({
      version: 2,
      ethernets: {
        eth0: { match: { macaddress: '52:54:00:ab:cd:ef' }, 'set-name': 'eth0', dhcp4: true },
        eth1: {
          match: { macaddress: '52:54:00:12:34:56' },
          'set-name': 'eth1',
          mtu: 1450,
          dhcp4: false,
          addresses: ['10.42.0.7/20'],
          routes: [{ to: '0.0.0.0/0', via: '10.42.0.1' }],
          nameservers: { addresses: ['10.42.0.1'], search: ['lab.internal'] },
        },
      },
    });
  }
});

test('a MAC or an address that is none becomes text, never structure', () => {
  fc.assert(
    fc.property(text, text, (mac, address) => {
      const yaml = networkConfigDocument([{ mac, mtuBytes: null, fixed: { address, gateway: address, nameservers: [address], searchDomains: [] } }]);
      for (const read of readBoth(yaml) as { ethernets: Record<string, unknown> }[]) {
        expect(Object.keys(read)).toEqual(['version', 'ethernets']);
        expect(read.ethernets).toEqual({
          eth0: {
            match: { macaddress: mac.toLowerCase() },
            'set-name': 'eth0',
            dhcp4: false,
            addresses: [address],
            routes: [{ to: '0.0.0.0/0', via: address }],
            nameservers: { addresses: [address], search: [] },
          },
        });
      }
    }),
  );
});

test('the cloud asks a guest to grow its root file system, to show its host keys, and to use its swap when it has one', () => {
  expect(vendorDataDocument({ hasSwap: false })).toMatch(/^#cloud-config\n/);
  expect(parse(vendorDataDocument({ hasSwap: false }))).toEqual({
    growpart: { mode: 'auto', devices: ['/'] },
    resize_rootfs: true,
    manage_etc_hosts: 'localhost',
    locale: false,
    ssh_pwauth: false,
    ssh: { emit_keys_on_console: true },
  });
  expect(parse(vendorDataDocument({ hasSwap: true }))).toHaveProperty('mounts', [
    ['/dev/disk/by-id/virtio-swap', 'none', 'swap', 'sw,nofail', '0', '0'],
  ]);
});
