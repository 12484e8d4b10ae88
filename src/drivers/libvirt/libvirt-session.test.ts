import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConnectionLost } from './libvirt-error.ts';
import { LibvirtSession } from './libvirt-session.ts';
import { procedures } from './procedures.ts';

test('a libvirt that takes connections and then hangs is given up, and asked again over a new one', async () => {
  const directory = mkdtempSync('/tmp/stratus-session-');
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on('error', () => undefined).resume();
  });
  const socketPath = join(directory, 's');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const session = new LibvirtSession({ socketPath, uri: 'qemu:///system', openTimeoutMs: 20 });
  onTestFinished(async () => {
    await session.close();
    server.close();
    rmSync(directory, { recursive: true });
  });

  await expect(session.call('quick', procedures.connectGetLibVersion)).rejects.toThrow(ConnectionLost);
  await expect(session.call('quick', procedures.connectGetLibVersion)).rejects.toThrow('did not open a connection within 20 ms');
  expect(connections).toBe(2);
});
