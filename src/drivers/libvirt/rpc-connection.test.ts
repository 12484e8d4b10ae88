import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConnectionLost, LibvirtError } from './libvirt-error.ts';
import { procedures } from './procedures.ts';
import { RpcConnection } from './rpc-connection.ts';
import { frame, messageTypes, MessageSplitter, programs, readHeader, type RpcHeader } from './rpc-message.ts';
import { XdrReader, XdrWriter } from './xdr.ts';

let directory: string;
let server: Server;
let peer: Socket;
let received: RpcHeader[];
/** What the pretended libvirtd does with each message. */
let answer: (header: RpcHeader) => void;

const reply = (header: RpcHeader, status: number, body: (writer: XdrWriter) => void): boolean =>
  peer.write(frame(new XdrWriter(), { ...header, type: messageTypes.reply, status }, body));
const version = (header: RpcHeader, value: number): boolean => reply(header, 0, (w) => w.uhyper(value));
const open = (keepaliveMs = 1_000): Promise<RpcConnection> =>
  RpcConnection.open({ socketPath: join(directory, 's'), connectTimeoutMs: 1_000, callsMax: 2, keepaliveMs }, (procedure) => events.push(procedure));
let events: number[];

beforeEach(async () => {
  directory = mkdtempSync('/tmp/stratus-rpc-');
  [received, events] = [[], []];
  answer = (header) => version(header, 9_000_000);
  server = createServer((socket) => {
    peer = socket;
    const splitter = new MessageSplitter();
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const message of splitter.push(chunk as Buffer)) {
        const header = readHeader(new XdrReader(message));
        received.push(header);
        answer(header);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(join(directory, 's'), resolve));
});

afterEach(() => {
  peer?.destroy();
  server.close();
  rmSync(directory, { recursive: true });
});

test('answers find their calls in whatever order they come', async () => {
  const waiting: RpcHeader[] = [];
  answer = (header) => {
    waiting.push(header);
    if (waiting.length === 2) for (const each of waiting.reverse()) version(each, each.serial * 1_000_000);
  };
  const connection = await open();
  expect(await Promise.all([connection.call(procedures.connectGetLibVersion), connection.call(procedures.connectGetVersion)])).toEqual([
    1_000_000, 2_000_000,
  ]);
});

test('no more calls are under way than libvirt accepts; the rest wait their turn', async () => {
  let most = 0;
  let underWay = 0;
  answer = (header) => {
    most = Math.max(most, ++underWay);
    setImmediate(() => (underWay--, version(header, 1)));
  };
  const connection = await open();
  await Promise.all(Array.from({ length: 10 }, () => connection.call(procedures.connectGetLibVersion)));
  expect(most).toBe(2);
  expect(received).toHaveLength(10);
});

test("libvirt's refusal arrives with its own code and words, and the connection goes on", async () => {
  answer = (header) =>
    header.procedure === 24
      ? reply(header, 1, (w) => {
          w.int(42);
          w.int(10);
          w.optionalString('Domain not found');
        })
      : version(header, 5);
  const connection = await open();
  const refused = await connection.call(procedures.domainLookupByUuid, Buffer.alloc(16)).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(LibvirtError);
  expect(refused).toMatchObject({ code: 42, domain: 10, message: 'Domain not found' });
  expect(await connection.call(procedures.connectGetLibVersion)).toBe(5);
});

test('a broken connection fails every waiting call at once, and says so', async () => {
  answer = () => peer.destroy();
  const connection = await open();
  const calls = await Promise.allSettled(Array.from({ length: 4 }, () => connection.call(procedures.connectGetLibVersion)));
  expect(calls.map((call) => call.status === 'rejected' && call.reason instanceof ConnectionLost)).toEqual([true, true, true, true]);
  expect(connection.open).toBe(false);
});

test('what makes no sense ends the connection instead of being guessed at', async () => {
  answer = () => peer.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n'));
  const connection = await open();
  await expect(connection.call(procedures.connectGetLibVersion)).rejects.toThrow('could not be read');
});

test('a libvirt that hangs is given up, one that is only slow is not', async () => {
  let pongs = 0;
  answer = (header) => {
    if (header.program === programs.keepalive && pongs++ < 10) peer.write(frame(new XdrWriter(), { ...header, procedure: 2 }, () => {}));
  };
  const connection = await open(5);
  await expect(connection.call(procedures.connectGetLibVersion)).rejects.toThrow('stopped answering');
  expect(pongs).toBeGreaterThan(10);
});

test('a ping is answered and an event is handed on', async () => {
  const connection = await open();
  await connection.call(procedures.connectGetLibVersion);
  const header = { version: 1, type: messageTypes.event, serial: 0, status: 0 };
  peer.write(frame(new XdrWriter(), { ...header, program: programs.keepalive, procedure: 1 }, () => {}));
  peer.write(frame(new XdrWriter(), { ...header, program: programs.remote, procedure: 318 }, () => {}));
  await connection.call(procedures.connectGetLibVersion);
  expect(received.some((each) => each.program === programs.keepalive && each.procedure === 2)).toBe(true);
  expect(events).toEqual([318]);
});

test('nobody listening on the socket is told as such', async () => {
  server.close();
  rmSync(join(directory, 's'), { force: true });
  await expect(open()).rejects.toThrow(/does not answer on .*ENOENT/);
});
