import { Buffer } from 'node:buffer';

const romBytes = 64 * 1024;
/** Where an x86 processor begins after reset, seen from the start of the ROM. */
const resetVector = 0xfff0;

/** QEMU's exit status when the program below came to its end: isa-debug-exit gives (value << 1) | 1. */
export const romFinishedStatus = 33;

/**
 * A firmware that counts down 50 million times and then ends QEMU. A processor needs a tenth of a second
 * for it, QEMU's emulation a quarter; a KVM that interprets instruction by instruction is nowhere near
 * done after seconds, although it "runs" guest code.
 */
export function probeRom(): Buffer {
  const rom = Buffer.alloc(romBytes);
  Buffer.from([
    ...[0x66, 0xb9, 0x80, 0xf0, 0xfa, 0x02], // mov ecx, 50_000_000
    ...[0x66, 0x49], // dec ecx
    ...[0x75, 0xfc], // jnz to the dec
    ...[0xb0, 0x10], // mov al, 16
    ...[0xe6, 0xf4], // out 0xf4, al
    0xf4, // hlt
  ]).copy(rom);
  Buffer.from([0xea, 0x00, 0x00, 0x00, 0xf0]).copy(rom, resetVector); // jmp f000:0000
  return rom;
}

/** QEMU's arguments to run it: two MiB of memory, no device but the one that ends it. */
export function probeArguments(accelerator: 'kvm' | 'tcg', romPath: string): string[] {
  return [
    ...['-accel', accelerator, '-machine', 'pc', '-cpu', accelerator === 'kvm' ? 'kvm64' : 'qemu64', '-m', '2'],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-bios', romPath],
    ...['-device', 'isa-debug-exit,iobase=0xf4,iosize=4'],
  ];
}
