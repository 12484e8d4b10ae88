export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

export const seconds = 1000;
export const minutes = 60 * seconds;
export const hours = 60 * minutes;
export const days = 24 * hours;

/** For people: `1.5 GiB`; three significant digits at most. */
export function formatBytes(bytes: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < names.length - 1) {
    value /= 1024;
    step++;
  }
  return `${value >= 100 || step === 0 ? Math.round(value) : Number(value.toPrecision(3))} ${names[step]}`;
}

/** For people: `850 ms`, `12.3 s`, `4 min 5 s`, `3 h 12 min`, `5 d 3 h`. */
export function formatDuration(ms: number): string {
  if (ms < seconds) return `${Math.round(ms)} ms`;
  if (ms < minutes) return `${(ms / seconds).toFixed(1)} s`;
  if (ms < hours) return `${Math.floor(ms / minutes)} min ${Math.floor((ms % minutes) / seconds)} s`;
  if (ms < 2 * days) return `${Math.floor(ms / hours)} h ${Math.floor((ms % hours) / minutes)} min`;
  return `${Math.floor(ms / days)} d ${Math.floor((ms % days) / hours)} h`;
}
