import { expect, test } from 'vitest';
import { parseUplinks } from './sysctls.ts';

const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const row = (device: string, destination: string, gateway: string, flags: string, mask: string) =>
  `${device}\t${destination}\t${gateway}\t${flags}\t0\t0\t0\t${mask}\t0\t0\t0\n`;

test('uplinks are the devices of default routes and of routes with a gateway', () => {
  const table = [
    head,
    row('eth0', '00000000', '0101A8C0', '0003', '00000000'),
    row('eth0', '0001A8C0', '00000000', '0001', '00FFFFFF'),
    row('tun0', '00000000', '00000000', '0001', '00000000'),
    row('eth1', '0000400A', '0102A8C0', '0003', '0000F0FF'),
    row('st1', '00002A0A', '00000000', '0001', '00F0FFFF'),
    row('eth9', '00000000', '00000000', '0000', '00000000'),
    row('*', '0000500A', '00000000', '0201', '0000F0FF'),
  ].join('');
  expect(parseUplinks(table)).toEqual(['eth0', 'eth1', 'tun0']);
  expect(parseUplinks(head)).toEqual([]);
});
