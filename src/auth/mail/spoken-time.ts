import { days, hours, minutes } from '../../core/units.ts';
import type { MailLanguage } from './letter.ts';

const units = {
  en: [
    [days, 'day', 'days'],
    [hours, 'hour', 'hours'],
    [minutes, 'minute', 'minutes'],
  ],
  fr: [
    [days, 'jour', 'jours'],
    [hours, 'heure', 'heures'],
    [minutes, 'minute', 'minutes'],
  ],
} as const;

/** `2 days`, `90 minutes`: in the largest unit in which it is a whole number, rounded to minutes. */
export function spokenDuration(ms: number, language: MailLanguage): string {
  const rounded = Math.max(1, Math.round(ms / minutes)) * minutes;
  const [unitMs, one, many] = units[language].find(([unitMs]) => rounded % unitMs === 0) ?? units[language][2];
  const count = rounded / unitMs;
  return `${count} ${count === 1 ? one : many}`;
}

/** `20 November 2026 at 10:00 UTC`. */
export function spokenMoment(iso: string, language: MailLanguage): string {
  const date = new Date(iso);
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  const day = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' }).format(date);
  const [hour, minute] = [iso.slice(11, 13), iso.slice(14, 16)];
  return language === 'fr' ? `${day} à ${Number(hour)} h ${minute} (UTC)` : `${day} at ${hour}:${minute} UTC`;
}
