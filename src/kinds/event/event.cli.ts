import type { Command } from 'commander';
import { ApiError, Unreachable } from '../../cli/client.ts';
import type { KindCli, Run, WireResource } from '../../cli/kind-cli.ts';
import { cloudOptions, outputOptions, wholeNumber } from '../../cli/options.ts';
import { printPages } from '../../cli/output/print.ts';
import type { Session } from '../../cli/session.ts';
import { pause } from '../../cli/waiting.ts';
import { instanceKind } from '../instance/instance.ts';
import { eventKind } from './event.ts';

/** Shown before the first that is followed. */
const limitDefault = 50;

export const eventCli: KindCli = { kind: eventKind };

interface Line {
  readonly type: 'put' | 'delete' | 'bookmark' | 'error';
  readonly revision: number;
  readonly resource?: WireResource;
  /** Of an error. */
  readonly status?: number;
  readonly detail?: string;
  readonly code?: string;
}

export function addEvents(program: Command, run: Run): void {
  const command = program
    .command('events')
    .summary('what happened')
    .description('Shows what happened last, oldest first, and with --follow what happens.');
  command
    .option('-f, --follow', 'and what comes, until Ctrl-C')
    .option('--instance <name>', 'only what is about this instance')
    .option('--limit <number>', `at most so many (default: ${limitDefault})`, wholeNumber);
  outputOptions(cloudOptions(command, eventKind)).action(
    run(async (session, { follow = false, instance, limit = limitDefault }) => {
      const subject = instance === undefined ? undefined : (await session.get(instanceKind, instance)).id;
      const scope = { ...(session.options.project === undefined ? {} : { project: session.options.project }), subject };
      const pages = eventPages(session, scope, { follow, limit });
      if (follow && session.format === 'json') {
        for await (const page of pages) for (const event of page) await session.print(`${JSON.stringify(event)}\n`);
      } else await printPages(session, eventKind, pages);
    }),
  );
}

type Scope = Readonly<Record<string, string | undefined>>;

async function* eventPages(session: Session, scope: Scope, { follow, limit }: { follow: boolean; limit: number }): AsyncGenerator<WireResource[]> {
  const newest: WireResource[] = [];
  let cursor: string | undefined;
  let revision = 0;
  do {
    const page = await session.client.request('GET', '/v1/events', {
      query: { ...scope, order: 'desc', limit: Math.max(1, Math.min(1_000, limit - newest.length)), cursor },
      signal: session.world.interrupted,
    });
    if (cursor === undefined) revision = page.revision;
    newest.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && newest.length < limit);
  yield newest.slice(0, limit).reverse();
  if (follow) yield* followed(session, scope, revision);
}

/** What comes, also over a line that is cut: told is only what was not told before. */
async function* followed(session: Session, scope: Scope, from: number): AsyncGenerator<WireResource[]> {
  let revision = from;
  const told = new Set<string>();
  for (;;) {
    try {
      for await (const line of session.client.lines<Line>('/v1/events', {
        query: { ...scope, watch: true, from: revision },
        signal: session.world.interrupted,
      })) {
        if (line.type === 'error') throw new ApiError(line.status ?? 410, line);
        revision = Math.max(revision, line.type === 'bookmark' ? line.revision : line.revision - 1);
        if (line.type !== 'put' || line.resource === undefined || told.has(line.resource.id)) continue;
        told.add(line.resource.id);
        if (told.size > 1_000) told.delete(told.values().next().value as string);
        yield [line.resource];
      }
    } catch (error) {
      if (session.world.interrupted.aborted || (error instanceof ApiError && error.status !== 410 && error.status < 500)) throw error;
      if (error instanceof ApiError && error.status === 410) {
        session.tellError('Some events in between are no longer known.\n');
        revision = (await session.client.request('GET', '/v1/events', { query: { ...scope, limit: 1 } })).revision;
      } else if (!(error instanceof Unreachable) && (error as NodeJS.ErrnoException).code !== 'ECONNRESET' && !(error instanceof ApiError))
        throw error;
    }
    await pause(1_000, session.world.interrupted);
  }
}
