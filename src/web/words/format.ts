import { useTranslation } from 'react-i18next';

/** Dates, sizes and numbers in the reader's manner. */
export function useFormat() {
  const { i18n } = useTranslation();
  return formatIn(i18n.language);
}

const known = new Map<string, ReturnType<typeof makeFormat>>();

/** Made once for each language: formatters are dear. */
export function formatIn(language: string): ReturnType<typeof makeFormat> {
  let format = known.get(language);
  if (format === undefined) known.set(language, (format = makeFormat(language)));
  return format;
}

function makeFormat(language: string) {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'long' });
  const units = language.startsWith('fr') ? ['o', 'Kio', 'Mio', 'Gio', 'Tio'] : ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  return {
    number: (value: number) => number.format(value),
    /** Of 1. */
    percent: (share: number) => percent.format(share),
    /** In powers of 1024, at most one digit after the point. */
    bytes(bytes: number): string {
      let unit = 0;
      let value = bytes;
      for (; Math.abs(value) >= 1_024 && unit < units.length - 1; unit++) value /= 1_024;
      return `${number.format(value)}\u00a0${units[unit]}`;
    },
    time: (iso: string | number) => time.format(new Date(iso)),
    day: (iso: string | number) => day.format(new Date(iso)),
    clock: (iso: string | number) => clock.format(new Date(iso)),
    /** How long ago, or in how long, seen from `nowMs`. */
    ago(iso: string, nowMs: number): string {
      const seconds = Math.round((Date.parse(iso) - nowMs) / 1_000);
      const steps = [
        [86_400, 'day'],
        [3_600, 'hour'],
        [60, 'minute'],
      ] as const;
      for (const [size, unit] of steps) if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
      return relative.format(seconds, 'second');
    },
  };
}
