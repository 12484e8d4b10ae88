import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seconds } from '../../src/core/units.ts';
import { buildRecipe } from '../../src/drivers/recipe/index.ts';
import { PlainGuest } from './plain-guest.ts';

const cacheDir = process.env['STRATUS_TEST_PACKAGES'] ?? join(tmpdir(), 'stratuslab-recipes');
const networkConfig = `version: 2
ethernets:
  nic0:
    match: {macaddress: "52:54:00:00:00:01"}
    dhcp4: true
`;
let workDir: string;
let guest: PlainGuest | null = null;

beforeAll(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'recipe-debian-'));
}, 10_000);
afterAll(async () => {
  await guest?.remove();
  await rm(workDir, { recursive: true, force: true });
}, 30_000);

test('a Debian instance takes name, key and script from the seed, fills its disk, swaps, and goes off by the power button', async () => {
  const { path: image } = await buildRecipe('debian-12', { cacheDir, workDir });
  const seed = {
    'meta-data': 'instance-id: i-one\nlocal-hostname: one\npublic-keys:\n- PUBLIC_KEY\n',
    'network-config': networkConfig,
    'user-data': '#!/bin/sh\nhostname > /root/from-script\n',
  };
  const swap = ['-drive', 'file=SWAP,format=raw,if=none,id=swap', '-device', 'virtio-blk-pci,drive=swap'];
  const one = await PlainGuest.prepare({ image, memoryMib: 512, cpus: 2, diskSizeBytes: 3 * 2 ** 30, loginUser: 'debian', seed, more: swap });
  guest = one;
  await one.addSwapDisk(64);
  await one.start();
  await one.untilLogin(240 * seconds);
  const console = await one.untilConsole(/finished at/, 120 * seconds);
  expect(console).toContain('-----BEGIN SSH HOST KEY KEYS-----');
  expect(await one.ssh('cloud-init status; hostname; sudo cat /root/from-script')).toBe('status: done\none\none');
  expect(await one.ssh('systemctl --failed --no-legend')).toBe('');
  expect(Number(await one.ssh("df -k / | awk 'END {print $2}'"))).toBeGreaterThan(2_700_000);
  expect(Number(await one.ssh("awk '/SwapTotal/ {print $2}' /proc/meminfo"))).toBeGreaterThan(60_000);
  expect(await one.askAgent('{"execute":"guest-get-host-name"}')).toContain('"host-name": "one"');
  await one.pressPowerButton();
  await one.untilOff(60 * seconds);
}, 600_000);
