import { connect, createServer, type Server, type Socket } from 'node:net';
import { MessageSplitter, readHeader } from '../../src/drivers/libvirt/rpc-message.ts';
import { XdrReader } from '../../src/drivers/libvirt/xdr.ts';

/**
 * Stands between the driver and libvirtd, and cuts all connections at the `nth` call of `procedure`, just
 * before it is passed on or just after its answer was held back: what a crash of the caller looks like.
 */
export class CuttingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #seen = 0;

  constructor(listenPath: string, libvirtPath: string, cut: { procedure: number; nth: number; when: 'before' | 'after' }) {
    this.#server = createServer((client) => {
      const libvirt = connect({ path: libvirtPath });
      for (const socket of [client, libvirt]) {
        this.#sockets.add(socket);
        socket.on('error', () => {}).on('close', () => (client.destroy(), libvirt.destroy()));
      }
      const splitter = new MessageSplitter();
      let heldBack = 0;
      client.on('data', (chunk) => {
        for (const message of splitter.push(chunk as Buffer)) {
          const header = readHeader(new XdrReader(message));
          const hit = header.procedure === cut.procedure && ++this.#seen === cut.nth;
          if (hit && cut.when === 'before') return this.cutAll();
          if (hit) heldBack = header.serial;
          const length = Buffer.alloc(4);
          length.writeUInt32BE(message.length + 4);
          libvirt.write(Buffer.concat([length, message]));
        }
      });
      const answers = new MessageSplitter();
      libvirt.on('data', (chunk) => {
        for (const message of answers.push(chunk as Buffer)) {
          const header = readHeader(new XdrReader(message));
          if (heldBack !== 0 && header.serial === heldBack) return this.cutAll();
          const length = Buffer.alloc(4);
          length.writeUInt32BE(message.length + 4);
          client.write(Buffer.concat([length, message]));
        }
      });
    });
    this.#server.listen(listenPath);
  }

  /** From now on nothing gets through at all: the caller is dead. */
  cutAll(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
