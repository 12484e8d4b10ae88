import { createServer } from 'node:net';

/** Whether nobody listens on this TCP port of an address; false also where the address is not this machine's. */
export function portIsFree(port: number, address = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}
