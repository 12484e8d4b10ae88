/** A processor's clock ticks at 100 Hz for user space. Source: proc(5), USER_HZ. */
const msPerTick = 10;

/** The first line of /proc/stat: ms since the start of the machine, of all processors. */
export function readCpu(text: string): { cpuMs: number; cpuBusyMs: number } {
  const fields = (/^cpu +([\d ]+)$/m.exec(text)?.[1] ?? '').split(' ').map(Number);
  // guest and guest_nice, the ninth and tenth, are part of user and nice already.
  const ticks = fields.slice(0, 8);
  if (ticks.length < 4 || ticks.some((tick) => !Number.isSafeInteger(tick))) throw new Error('/proc/stat has no line of all processors');
  const [, , , idle = 0, iowait = 0] = ticks;
  const all = ticks.reduce((total, tick) => total + tick, 0);
  return { cpuMs: all * msPerTick, cpuBusyMs: (all - idle - iowait) * msPerTick };
}

/** /proc/meminfo: what is in use and would not be given back at once. */
export function readMemoryUsed(text: string): number {
  const bytes = (name: string): number | null => {
    const kib = new RegExp(`^${name}: +(\\d{1,15}) kB$`, 'm').exec(text)?.[1];
    return kib === undefined ? null : Number(kib) * 1024;
  };
  const [total, available] = [bytes('MemTotal'), bytes('MemAvailable')];
  if (total === null || available === null) throw new Error('/proc/meminfo does not say what is available');
  return Math.max(0, total - available);
}

/** /proc/net/dev: received and sent bytes of each device. */
export function readNetDevices(text: string): Map<string, { received: number; sent: number }> {
  const devices = new Map<string, { received: number; sent: number }>();
  for (const line of text.split('\n').slice(0, 10_000)) {
    const [, name, rest] = /^ *([^:\s]{1,32}): *(.*)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) continue;
    const numbers = rest.trim().split(/ +/).map(Number);
    const [received, sent] = [numbers[0], numbers[8]];
    if (received === undefined || sent === undefined || Number.isNaN(received + sent)) continue;
    devices.set(name, { received, sent });
  }
  return devices;
}
