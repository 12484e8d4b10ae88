import { Duplex } from 'node:stream';

const width = 640;
const height = 400;

/**
 * A guest's screen, as far as faces need one: an RFB server (RFC 6143) without log-in that shows stripes, and a new
 * colour for each key that is pressed.
 */
export function simulatedScreen(name: string): Duplex {
  let input: Buffer = Buffer.alloc(0);
  let step: 'version' | 'security' | 'init' | 'open' = 'version';
  let colour = 0;
  let shown = -1;
  let isAwaited = false;
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      input = Buffer.concat([input, chunk]);
      // A viewer that sends what is no message of RFB is cut off.
      if (input.length > 1_048_576) stream.destroy();
      else while (take());
      done();
    },
    final(done) {
      stream.push(null);
      done();
    },
  });
  const bytes = (count: number): Buffer | null => {
    if (input.length < count) return null;
    const taken = input.subarray(0, count);
    input = input.subarray(count);
    return taken;
  };
  const take = (): boolean => {
    switch (step) {
      case 'version':
        if (bytes(12) === null) return false;
        stream.push(Buffer.from([1, 1]));
        step = 'security';
        return true;
      case 'security':
        if (bytes(1) === null) return false;
        stream.push(Buffer.alloc(4));
        step = 'init';
        return true;
      case 'init':
        if (bytes(1) === null) return false;
        stream.push(serverInit(name));
        step = 'open';
        return true;
      case 'open':
        return takeMessage();
    }
  };
  const takeMessage = (): boolean => {
    const length = messageLength(input);
    const message = length === null ? null : bytes(length);
    if (message === null) return false;
    if (message[0] === 3) {
      isAwaited = true;
      if (message[1] === 0) shown = -1;
    } else if (message[0] === 4 && message[1] === 1) colour++;
    if (isAwaited && shown !== colour) {
      stream.push(frame(colour));
      shown = colour;
      isAwaited = false;
    }
    return true;
  };
  stream.push('RFB 003.008\n');
  return stream;
}

/** Of the client's message that begins here; null while that cannot be told. */
function messageLength(input: Buffer): number | null {
  switch (input[0]) {
    case 0:
      return 20;
    case 2:
      return input.length < 4 ? null : 4 + 4 * input.readUInt16BE(2);
    case 3:
      return 10;
    case 4:
      return 8;
    case 5:
      return 6;
    case 6:
      return input.length < 8 ? null : 8 + Math.abs(input.readInt32BE(4));
    default:
      return input.length === 0 ? null : input.length;
  }
}

function serverInit(name: string): Buffer {
  const title = Buffer.from(`Simulated guest ${name}`);
  const init = Buffer.alloc(24);
  init.writeUInt16BE(width, 0);
  init.writeUInt16BE(height, 2);
  // 32 bits a pixel, 24 of them colour, little-endian, red at bit 16.
  init.set([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0], 4);
  init.writeUInt32BE(title.length, 20);
  return Buffer.concat([init, title]);
}

/** One update of the whole screen, raw. */
function frame(colour: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt16BE(1, 2);
  head.writeUInt16BE(width, 8);
  head.writeUInt16BE(height, 10);
  const pixels = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y++) {
    const shade = 60 + ((y >> 4) % 8) * 20;
    const pixel = [(0x20 + colour * 70) & 0xff, shade, (0x90 + colour * 110) & 0xff, 0];
    pixels.fill(Buffer.from(pixel), y * width * 4, (y + 1) * width * 4);
  }
  return Buffer.concat([head, pixels]);
}
