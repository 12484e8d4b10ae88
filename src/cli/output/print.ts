import type { Kind } from '../../core/kind.ts';
import type { KindCli, WireResource } from '../kind-cli.ts';
import type { Session } from '../session.ts';
import { widthOf } from '../world.ts';
import { detailLines } from './detail.ts';
import { namesIn } from './names.ts';
import { printable } from './printable.ts';
import { layoutTable, renderRow, type TableLayout } from './table.ts';
import { isTime, relativeTime } from './time.ts';

/** A list as it comes, in the format that was asked for. Returns how many there were. */
export async function printPages(session: Session, kind: Kind, pages: AsyncIterable<readonly WireResource[]>): Promise<number> {
  const write = await writerFor(session, kind);
  let count = 0;
  for await (const page of pages) {
    await write.page(page, count);
    count += page.length;
  }
  await write.end(count);
  return count;
}

/** What a command made, changed or was asked to show: an object for one, a list for several. */
export async function printResources(
  session: Session,
  cli: KindCli,
  resources: readonly WireResource[],
  isOne = resources.length === 1,
): Promise<void> {
  if (session.isForPeople) {
    const names = await namesIn(
      session,
      resources.map(({ spec }) => spec),
    );
    const blocks = resources.map((resource) => detailLines(cli, resource, session, names).join('\n'));
    return session.print(`${blocks.join('\n\n')}\n`);
  }
  if (session.format === 'name') return session.print(resources.map((resource) => `${resource.name}\n`).join(''));
  return printData(session, isOne ? resources[0] : resources);
}

/** Any value, for programs. */
export async function printData(session: Session, value: unknown): Promise<void> {
  if (session.format === 'yaml') return session.print(await asYaml(value));
  return session.print(`${safeJson(value, 2)}\n`);
}

/** A table of rows that are no resources. */
export async function printRows(session: Session, titles: readonly string[], rows: readonly (readonly string[])[]): Promise<void> {
  const writer = new TableWriter(session, titles);
  await writer.rows(rows);
}

interface PageWriter {
  page(items: readonly WireResource[], before: number): Promise<void>;
  end(count: number): Promise<void>;
}

async function writerFor(session: Session, kind: Kind): Promise<PageWriter> {
  switch (session.format) {
    case 'name':
      return {
        page: (items) => session.print(items.map((item) => `${printable(item.name === '' ? item.id : item.name)}\n`).join('')),
        end: async () => {},
      };
    case 'json':
      return {
        page: (items, before) =>
          session.print(items.map((item, i) => `${before + i === 0 ? '[\n' : ',\n'}${safeJson(item, 2).replaceAll(/^/gm, '  ')}`).join('')),
        end: (count) => session.print(count === 0 ? '[]\n' : '\n]\n'),
      };
    case 'yaml':
      return {
        page: async (items) => (items.length === 0 ? undefined : session.print(await asYaml(items))),
        end: async (count) => (count === 0 ? session.print('[]\n') : undefined),
      };
    default:
      return tableOf(session, kind);
  }
}

function tableOf(session: Session, kind: Kind): PageWriter {
  const columns = session.format === 'wide' ? [...kind.columns, ...wideColumns(kind)] : kind.columns;
  const writer = new TableWriter(
    session,
    columns.map((column) => column.title),
  );
  return {
    async page(items) {
      if (items.length === 0) return;
      const names =
        session.format === 'wide'
          ? await namesIn(
              session,
              items.map(({ project }) => project),
            )
          : new Map<string, string>();
      await writer.rows(
        items.map((item) => columns.map((column) => (column.title === 'PROJECT' ? (names.get(item.project ?? '') ?? '') : column.value(item)))),
      );
    },
    async end(count) {
      if (count === 0 && session.options.quiet !== true) session.world.stderr.write(`There are no ${kind.plural.replaceAll('-', ' ')}.\n`);
    },
  };
}

function wideColumns(kind: Kind) {
  return [
    ...(kind.scope === 'project' ? [{ title: 'PROJECT', value: (item: { project: string | null }) => item.project ?? '' }] : []),
    {
      title: 'LABELS',
      value: (item: { labels: Readonly<Record<string, string>> }) =>
        Object.entries(item.labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(' '),
    },
    { title: 'ID', value: (item: { id: string }) => item.id },
  ];
}

/** The first rows decide the widths, so that the rest can stream. */
class TableWriter {
  readonly #session: Session;
  readonly #titles: readonly string[];
  #layout: TableLayout | null = null;

  constructor(session: Session, titles: readonly string[]) {
    this.#session = session;
    this.#titles = titles;
  }

  async rows(rows: readonly (readonly string[])[]): Promise<void> {
    const { world, style, options } = this.#session;
    const width = this.#session.format === 'wide' ? null : widthOf(world.stdout);
    const shown = rows.map((row) =>
      row.map((cell) => printable(isTime(cell) && world.stdout.isTTY === true ? relativeTime(cell, world.now()) : cell)),
    );
    let text = '';
    if (this.#layout === null) {
      this.#layout = layoutTable(this.#titles, shown, width);
      if (options.headers !== false) text += `${renderRow(this.#titles, this.#layout, (title) => style.paint('bold', title))}\n`;
    }
    const layout = this.#layout;
    const paint = (cell: string, column: number) => (this.#titles[column] === 'STATE' ? style.state(cell.trim(), cell) : cell);
    for (const row of shown) text += `${renderRow(row, layout, paint)}\n`;
    await this.#session.print(text);
  }
}

/** JSON whose strings cannot steer a terminal either: C1 and line separators as escapes. */
function safeJson(value: unknown, indent: number): string {
  return JSON.stringify(value, null, indent).replaceAll(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

async function asYaml(value: unknown): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
}
