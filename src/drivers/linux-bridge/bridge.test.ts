import { expect, test } from 'vitest';
import { bridgeSteps } from './bridge.ts';
import { network } from './network.fixture.ts';

test('a bridge is made with its mark, its one address and nothing that a kernel without IPv6 refuses', () => {
  const steps = bridgeSteps(null, 'ab12', network, false).split('\n');
  expect(steps).toContain('link set dev st1 alias stratus:ab12:net-1');
  expect(steps).toContain('addr add 10.42.0.1/20 broadcast + dev st1');
  expect(steps.join()).not.toContain('addrgenmode');
  expect(bridgeSteps(null, 'ab12', network, true)).toContain('link set dev st1 addrgenmode none');
});
