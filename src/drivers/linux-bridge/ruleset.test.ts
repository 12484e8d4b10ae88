import { expect, test } from 'vitest';
import type { HostNetworkConfig } from '../../ports/host-network.ts';
import { alice, network } from './network.fixture.ts';
import { leaseChange, removedRuleset, rulesFingerprint, wholeRuleset } from './ruleset.ts';

const open = network;
const closed: HostNetworkConfig = { ...open, networkId: 'net-2', bridge: 'st2', cidr: '10.43.0.0/20', gateway: '10.43.0.1', nat: false };

test('the packet rules of a cloud are these', async () => {
  const text = wholeRuleset(
    'ab12',
    [
      { config: open, leases: [alice] },
      { config: closed, leases: [] },
    ],
    ['eth0'],
  );
  await expect(text).toMatchFileSnapshot('ruleset.golden.nft');
});

test('a changed lease is one transaction that first takes the old one out', () => {
  expect(
    leaseChange('ab12', 'st1', alice, { ...alice, address: '10.42.0.6' })
      .trim()
      .split('\n'),
  ).toEqual([
    'add element bridge stratus_ab12 taps { "tap1" }',
    'delete element bridge stratus_ab12 taps { "tap1" }',
    'add element bridge stratus_ab12 senders { "tap1" . 52:54:00:00:00:0a }',
    'delete element bridge stratus_ab12 senders { "tap1" . 52:54:00:00:00:0a }',
    'add element bridge stratus_ab12 addresses { "tap1" . 52:54:00:00:00:0a . 10.42.0.5 }',
    'delete element bridge stratus_ab12 addresses { "tap1" . 52:54:00:00:00:0a . 10.42.0.5 }',
    'add element inet stratus_ab12 sources { "st1" . 52:54:00:00:00:0a . 10.42.0.5 }',
    'delete element inet stratus_ab12 sources { "st1" . 52:54:00:00:00:0a . 10.42.0.5 }',
    'add element bridge stratus_ab12 taps { "tap1" }',
    'add element bridge stratus_ab12 senders { "tap1" . 52:54:00:00:00:0a }',
    'add element bridge stratus_ab12 addresses { "tap1" . 52:54:00:00:00:0a . 10.42.0.6 }',
    'add element inet stratus_ab12 sources { "st1" . 52:54:00:00:00:0a . 10.42.0.6 }',
  ]);
});

test('a cloud without networks touches its own two tables and no others', () => {
  expect([...removedRuleset('ab12').matchAll(/table (\S+ \S+)/g)].map((match) => match[1])).toEqual([
    'bridge stratus_ab12',
    'bridge stratus_ab12',
    'inet stratus_ab12',
    'inet stratus_ab12',
  ]);
});

test("whatever changes a network's rules changes their fingerprint", () => {
  const changed = [open, { ...open, nat: false }, { ...open, cidr: '10.42.0.0/21' }, { ...open, gateway: '10.42.0.2' }, { ...open, bridge: 'st9' }];
  const prints = [...changed.map((config) => rulesFingerprint(config, [])), rulesFingerprint(open, ['eth0'])];
  expect(new Set(prints).size).toBe(prints.length);
  expect(rulesFingerprint({ ...open, name: 'renamed', domain: 'other.internal' }, [])).toBe(prints[0]);
});
