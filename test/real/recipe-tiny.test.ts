import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { seconds } from '../../src/core/units.ts';
import { buildRecipe } from '../../src/drivers/recipe/index.ts';
import { PlainGuest } from './plain-guest.ts';

const cacheDir = process.env['STRATUS_TEST_PACKAGES'] ?? join(tmpdir(), 'stratuslab-recipes');
const networkConfig = `version: 2
ethernets:
  nic0:
    match: {macaddress: "52:54:00:00:00:01"}
    addresses: [10.0.2.15/24]
    gateway4: 10.0.2.2
    nameservers: {addresses: [10.0.2.3]}
`;
let workDir: string;
let image: string;
let guest: PlainGuest | null = null;

beforeAll(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'recipe-tiny-'));
  image = (await buildRecipe('tiny', { cacheDir, workDir })).path;
}, 300 * seconds);
afterAll(() => rm(workDir, { recursive: true, force: true }));
afterEach(async () => {
  await guest?.remove();
  guest = null;
});

function metaData(id: string): string {
  return JSON.stringify({ 'instance-id': id, 'local-hostname': `${id}.cloud.internal`, 'public-keys': ['PUBLIC_KEY'] });
}

async function boot(seed: Record<string, string | Uint8Array>, more: Partial<Parameters<typeof PlainGuest.prepare>[0]> = {}): Promise<PlainGuest> {
  guest = await PlainGuest.prepare({ image, memoryMib: 96, diskSizeBytes: 1 << 30, loginUser: 'root', seed, ...more });
  await guest.start();
  return guest;
}

/** What ssh would be told about this guest: the key line that it prints on its console. */
function hostKey(console: string): string {
  return /-----BEGIN SSH HOST KEY KEYS-----\s+(ssh-ed25519 \S+)/.exec(console)?.[1] ?? 'none printed';
}

test('equal packages give an equal image', async () => {
  const again = await mkdtemp(join(tmpdir(), 'recipe-tiny-again-'));
  const digest = async (path: string) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  const second = await buildRecipe('tiny', { cacheDir, workDir: again });
  expect(await digest(second.path)).toBe(await digest(image));
  await rm(again, { recursive: true });
}, 120_000);

test('a tiny instance takes its name, key and script from the seed, fills its disk, and goes off by the power button', async () => {
  const one = await boot({ 'meta-data': metaData('i-one'), 'user-data': '#!/bin/sh\necho "the script speaks"\nhostname > /root/from-script\n' });
  await one.untilLogin(60 * seconds);
  const console = await one.untilConsole(/boot is finished/, 30 * seconds);
  expect(console).toContain('the script speaks');
  expect(await one.ssh('hostname; cat /root/from-script')).toBe('i-one\ni-one');
  expect(Number(await one.ssh("df -k / | awk 'END {print $2}'"))).toBeGreaterThan(900_000);
  expect(hostKey(console)).toBe((await one.ssh('dropbearkey -y -f /etc/dropbear/dropbear_ed25519_host_key')).match(/ssh-ed25519 \S+/)?.[0]);
  expect(await one.askAgent('{"execute":"guest-get-host-name"}')).toContain('"host-name": "i-one"');

  await one.pressPowerButton();
  await one.untilOff(20 * seconds);
  expect(await one.console()).toContain('the disk is clean');
}, 120_000);

test('user-data runs once for an instance; a new instance on the same disk gets its own host key and keeps old keys', async () => {
  const script = '#!/bin/sh\necho ran >> /root/runs\n';
  const one = await boot({ 'meta-data': metaData('i-one'), 'user-data': script });
  await one.untilLogin(60 * seconds);
  const firstKey = hostKey(await one.untilConsole(/boot is finished/, 30 * seconds));
  await one.ssh('echo "ssh-ed25519 AAAA other" >> /root/.ssh/authorized_keys; poweroff');
  await one.untilOff(20 * seconds);

  await one.start();
  await one.untilLogin(60 * seconds);
  const secondKey = hostKey(await one.untilConsole(/boot is finished/, 30 * seconds));
  expect(await one.ssh('wc -l < /root/runs')).toBe('1');
  expect(secondKey).toBe(firstKey);
  await one.askAgent('{"execute":"guest-shutdown"}').catch(() => '');
  await one.untilOff(20 * seconds);

  await one.writeSeed({ 'meta-data': metaData('i-two'), 'user-data': script });
  await one.start();
  await one.untilLogin(60 * seconds);
  const thirdKey = hostKey(await one.untilConsole(/boot is finished/, 30 * seconds));
  expect(await one.ssh('hostname; wc -l < /root/runs; grep -c . /root/.ssh/authorized_keys')).toBe('i-two\n2\n2');
  expect(thirdKey).not.toBe(firstKey);
}, 240_000);

test('cloud-config and a script in one compressed MIME message, a fixed address and a swap disk are honoured', async () => {
  const message = [
    'Content-Type: multipart/mixed; boundary="==B=="',
    '',
    '--==B==',
    'Content-Type: text/cloud-config',
    '',
    '#cloud-config',
    'hostname: renamed',
    'password: sesame',
    'write_files:',
    '- path: /etc/deep/file',
    '  permissions: "0600"',
    '  content: |',
    '    one',
    '      two \\ three',
    'runcmd:',
    '- echo "by runcmd" > /root/runcmd',
    '- [touch, "/root/a b"]',
    '--==B==',
    'Content-Type: text/x-shellscript',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('#!/bin/sh\necho by script > /root/script\n').toString('base64'),
    '--==B==--',
    '',
  ];
  const seed = { 'meta-data': metaData('i-one'), 'network-config': networkConfig, 'user-data': gzipSync(message.join('\n')) };
  const swap = ['-drive', 'file=SWAP,format=raw,if=none,id=swap', '-device', 'virtio-blk-pci,drive=swap'];
  const one = await PlainGuest.prepare({ image, memoryMib: 96, diskSizeBytes: 1 << 30, loginUser: 'root', seed, machine: 'q35', more: swap });
  guest = one;
  await one.addSwapDisk(64);
  await one.start();
  await one.untilLogin(60 * seconds);
  await one.untilConsole(/boot is finished/, 30 * seconds);
  expect(await one.ssh('hostname; cat /etc/deep/file /root/runcmd /root/script; ls "/root/a b"; stat -c %a /etc/deep/file')).toBe(
    'renamed\none\n  two \\ three\nby runcmd\nby script\n/root/a b\n600',
  );
  expect(await one.ssh('cat /etc/resolv.conf; ip route | head -n 1; pidof udhcpc || echo no DHCP')).toBe(
    'nameserver 10.0.2.3\ndefault via 10.0.2.2 dev eth0 \nno DHCP',
  );
  expect(Number(await one.ssh("awk '/SwapTotal/ {print $2}' /proc/meminfo"))).toBeGreaterThan(60_000);
  expect(await one.ssh('cut -d: -f2 /etc/shadow | cut -c 1-3')).toBe('$6$');
}, 120_000);

test('a tiny instance boots from UEFI', async () => {
  const one = await boot({ 'meta-data': metaData('i-one') }, { firmware: 'uefi', memoryMib: 256 });
  await one.untilLogin(90 * seconds);
  expect(await one.ssh('[ -d /sys/firmware/efi ] && echo efi')).toBe('efi');
}, 120_000);
