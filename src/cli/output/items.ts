import type { Session } from '../session.ts';
import { printData, printRows } from './print.ts';
import { printable } from './printable.ts';

/** How a list of things that are no resources is shown. */
export interface ItemsShown<T> {
  readonly titles: readonly string[];
  readonly row: (item: T) => readonly string[];
  /** What -o name says: what the other commands take. */
  readonly name: (item: T) => string;
  /** Where there are none: `There are no …` */
  readonly none: string;
}

export async function printItems<T>(session: Session, items: readonly T[], { titles, row, name, none }: ItemsShown<T>): Promise<void> {
  if (session.format === 'name') return session.print(items.map((item) => `${printable(name(item))}\n`).join(''));
  if (!session.isForPeople) return printData(session, items);
  if (items.length > 0) return printRows(session, titles, items.map(row));
  if (session.options.quiet !== true) session.tellError(`${none}\n`);
}

/** What a command has done, for people; with -o json or yaml what the cloud answered, with -o name its name. */
export async function printDone(session: Session, answer: unknown, name: string, says: string): Promise<void> {
  if (session.format === 'name') return session.print(`${printable(name)}\n`);
  if (!session.isForPeople) return printData(session, answer);
  await session.say(printable(says));
}
