import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Kind } from '../core/kind.ts';
import { Client, Unreachable, type RequestOptions } from './client.ts';
import { withArticle } from '../core/words.ts';
import { chooseCloud, type Cloud } from './cloud.ts';
import { CommandError } from './exit-codes.ts';
import type { WireResource } from './kind-cli.ts';
import { makeStyle, type Style } from './output/style.ts';
import { StatusLine } from './status-line.ts';
import { wantsColour, type World } from './world.ts';

export type OutputFormat = 'table' | 'wide' | 'json' | 'yaml' | 'name';

/** Options that many commands share. */
export interface CommonOptions {
  readonly context?: string;
  readonly project?: string;
  readonly output?: OutputFormat;
  /** false: no line of titles. */
  readonly headers?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** false: return as soon as the cloud has said yes. */
  readonly wait?: boolean;
  /** Seconds; 0: no limit. */
  readonly timeout?: number;
}

/** One command's conversation with one cloud. */
export class Session {
  readonly world: World;
  readonly options: CommonOptions;
  readonly cloud: Cloud;
  readonly client: Client;
  readonly status: StatusLine;
  readonly style: Style;

  constructor(world: World, options: CommonOptions, cloud: Cloud) {
    this.world = world;
    this.options = options;
    this.cloud = cloud;
    this.client = new Client(cloud.endpoint);
    this.status = new StatusLine(world.stderr, options.quiet === true);
    this.style = makeStyle(wantsColour(world.stdout, world.env));
  }

  static async open(world: World, options: CommonOptions): Promise<Session> {
    return new Session(world, options, await chooseCloud(world.env, options.context));
  }

  get format(): OutputFormat {
    return this.options.output ?? 'table';
  }

  get isForPeople(): boolean {
    return this.format === 'table' || this.format === 'wide';
  }

  /** Names are looked up in it; undefined: the default project. */
  get project(): string | undefined {
    return this.options.project ?? this.cloud.project ?? undefined;
  }

  /** The query that says whose `kind` is meant. */
  scope(kind: Kind): Record<string, string> {
    return kind.scope === 'project' && this.project !== undefined ? { project: this.project } : {};
  }

  /** The same for a list: where names are found from anywhere, it is of all that one may see unless a project is said with it. */
  listScope(kind: Kind): Record<string, string> {
    if (kind.isFoundFromAnywhere === true) return this.options.project === undefined ? {} : { project: this.options.project };
    return this.scope(kind);
  }

  get(kind: Kind, ref: string): Promise<WireResource> {
    return this.client.request('GET', pathOf(kind, ref), { query: this.scope(kind), signal: this.world.interrupted });
  }

  /** Asked once more when the line breaks: the key makes that harmless. */
  async create(path: string, options: RequestOptions): Promise<WireResource & { items?: WireResource[] }> {
    const keyed = { ...options, headers: { ...options.headers, 'idempotency-key': randomUUID() } };
    try {
      return await this.client.request('POST', path, keyed);
    } catch (error) {
      const code = error instanceof Unreachable ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined;
      if (code !== 'ECONNRESET' && code !== 'EPIPE') throw error;
      return this.client.request('POST', path, keyed);
    }
  }

  /** Page after page, as they come; at most `limit` resources. */
  async *pages(kind: Kind, query: Record<string, string | number | readonly string[] | undefined>, limit = Infinity): AsyncGenerator<WireResource[]> {
    let cursor: string | undefined;
    let left = limit;
    do {
      const page: { items: WireResource[]; nextCursor: string | null } = await this.client.request('GET', `/v1/${kind.plural}`, {
        query: { ...this.listScope(kind), ...query, limit: Math.min(pageSize, left), cursor },
        signal: this.world.interrupted,
      });
      left -= page.items.length;
      yield page.items.slice(0, left < 0 ? left : undefined);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && left > 0);
  }

  async all(kind: Kind, query: Record<string, string | number | readonly string[] | undefined> = {}): Promise<WireResource[]> {
    const items: WireResource[] = [];
    for await (const page of this.pages(kind, query)) items.push(...page);
    return items;
  }

  /** To stdout, as it is. Waits for a slow reader. */
  async print(text: string): Promise<void> {
    if (!this.world.stdout.write(text)) await once(this.world.stdout, 'drain');
  }

  /** What happened, for people; programs have the exit code and -o. */
  async say(text: string): Promise<void> {
    this.status.clear();
    if (this.isForPeople && this.options.quiet !== true) await this.print(`${text}\n`);
  }

  tellError(text: string): void {
    this.status.clear();
    this.world.stderr.write(text);
  }
}

const pageSize = 1_000;

/** Throws for what would be another path: an empty name (of a shell variable that is not set, say) is not all of them. */
export function pathOf(kind: Kind, ref: string, ...more: string[]): string {
  if (/^\.{0,2}$/.test(ref))
    throw new CommandError('usage', `"${ref}" is no name of ${withArticle(kind.name)}.`, `List what there is: stratus ${kind.name} list`);
  return ['', 'v1', kind.plural, ref, ...more].map(encodeURIComponent).join('/');
}
