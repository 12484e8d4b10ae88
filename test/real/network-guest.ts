// What a guest does on its network, run inside its network namespace: VERB ARGUMENTS; prints the outcome as JSON.
import { createSocket, type RemoteInfo } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [verb, ...args] = process.argv.slice(2);
const [first = '', second = '', third = ''] = args;

async function outcome(): Promise<unknown> {
  if (verb === 'dhcp') return dhcp(first);
  if (verb === 'resolve') return Promise.all(args.slice(1).map((name) => resolve(first, name)));
  if (verb === 'tcp') return tcp(first, Number(second));
  if (verb === 'send') return send(first, Number(second), Number(third), args[3]);
  throw new Error(`not a verb: ${verb}`);
}

/** DISCOVER, OFFER, REQUEST, ACK; null when nobody offers within a second and a half. Source: RFC 2131, RFC 2132. */
async function dhcp(mac: string): Promise<unknown> {
  const socket = createSocket('udp4');
  const replies: [message: Buffer, from: RemoteInfo][] = [];
  socket.on('message', (message, from) => replies.push([message, from]));
  await new Promise<void>((done) => socket.bind(68, '0.0.0.0', done));
  socket.setBroadcast(true);
  const exchange = async (options: number[]): Promise<Map<number, Buffer> | null> => {
    replies.length = 0;
    socket.send(request(mac, options), 67, '255.255.255.255');
    for (let tries = 0; tries < 75; tries++) {
      const reply = replies.shift();
      if (reply !== undefined) return optionsOf(reply[0]);
      await sleep(20);
    }
    return null;
  };
  const offer = await exchange([53, 1, 1]);
  const server = offer?.get(54);
  const address = offer?.get(0);
  const ack = server === undefined || address === undefined ? null : await exchange([53, 1, 3, 50, 4, ...address, 54, 4, ...server]);
  socket.close();
  if (ack?.get(53)?.[0] !== 5) return null;
  const quad = (option: number) => ack.get(option)?.join('.') ?? null;
  const text = (option: number) => ack.get(option)?.toString('latin1') ?? null;
  return {
    address: quad(0),
    netmask: quad(1),
    router: quad(3),
    dns: quad(6),
    server: quad(54),
    hostname: text(12),
    domain: text(15),
    mtu: ack.get(26)?.readUInt16BE() ?? null,
  };
}

function request(mac: string, options: number[]): Buffer {
  const message = Buffer.alloc(240);
  message.set([1, 1, 6, 0]);
  message.writeUInt32BE(0x5354_4c42, 4);
  message.writeUInt16BE(0x8000, 10); // answer by broadcast: we have no address yet
  message.set(
    mac.split(':').map((part) => Number.parseInt(part, 16)),
    28,
  );
  message.writeUInt32BE(0x6382_5363, 236);
  return Buffer.concat([message, Buffer.from([...options, 55, 6, 1, 3, 6, 12, 15, 26, 255])]);
}

/** Options by number; 0 holds the address that is offered. */
function optionsOf(message: Buffer): Map<number, Buffer> {
  const options = new Map([[0, message.subarray(16, 20)]]);
  for (let at = 240; at < message.length && message[at] !== 255; at += 2 + (message[at + 1] ?? 0)) {
    options.set(message[at] ?? 0, message.subarray(at + 2, at + 2 + (message[at + 1] ?? 0)));
  }
  return options;
}

async function resolve(server: string, name: string): Promise<string> {
  const resolver = new Resolver({ timeout: 1500, tries: 1 });
  resolver.setServers([server]);
  const answer = /^\d+\./.test(name) ? resolver.reverse(name) : resolver.resolve4(name);
  return answer.then(
    (found) => found.join(' '),
    (error: NodeJS.ErrnoException) => error.code ?? 'failed',
  );
}

/** What the other side says first (our address as it sees it), or why there is no connection. */
function tcp(address: string, port: number): Promise<string> {
  return new Promise((done) => {
    const socket = connect({ host: address, port });
    const timer = setTimeout(() => (socket.destroy(), done('no answer')), 1200);
    const end = (says: string) => (clearTimeout(timer), socket.destroy(), done(says));
    socket.once('data', (data) => end(data.toString('utf8').trim()));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'failed'));
  });
}

/** One datagram from a port (0: any) and, when given, from this address of ours. */
async function send(to: string, port: number, fromPort: number, from = '0.0.0.0'): Promise<string> {
  const socket = createSocket('udp4');
  await new Promise<void>((done) => socket.bind(fromPort, from, done));
  const sent = await new Promise<string>((done) => socket.send('hello', port, to, (error) => done(error === null ? 'sent' : String(error))));
  // An address that nobody answers for is asked for three times, a second apart; once is enough to be seen.
  await sleep(150);
  socket.close();
  return sent;
}

if (verb === 'serve') {
  const server = createServer((socket) => socket.on('error', () => {}).end(`${socket.remoteAddress}\n`));
  server.listen(Number(second), first, () => console.log('ready'));
} else if (verb === 'hear') {
  const socket = createSocket('udp4', (message, from) => console.log(`${message.toString('latin1')} from ${from.address}:${from.port}`));
  socket.bind(Number(second), first, () => console.log('ready'));
} else {
  console.log(JSON.stringify((await outcome()) ?? null));
}
