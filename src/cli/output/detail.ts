import { formatBytes, formatDuration, KiB } from '../../core/units.ts';
import type { KindCli, WireResource } from '../kind-cli.ts';
import type { Session } from '../session.ts';
import { printable } from './printable.ts';
import { isTime, relativeTime } from './time.ts';
import { pad } from './width.ts';

type Pair = readonly [label: string, value: string];

interface Reading {
  readonly nowMs: number;
  /** Of what is referred to by id. */
  readonly names: ReadonlyMap<string, string>;
  readonly details: NonNullable<KindCli['details']>;
}

/** One resource for people: what matters first, then everything that was asked for and seen. */
export function detailLines(cli: KindCli, resource: WireResource, session: Session, names: ReadonlyMap<string, string>): string[] {
  const { style } = session;
  const { kind, details = {} } = cli;
  const summary = cli.summary?.(resource, session) ?? [];
  const head: Pair[] = [
    ['Name', resource.name],
    ...(kind.states.length > 1 ? [['State', resource.state] as Pair] : []),
    ...summary,
    ...(summary.length === 0 ? waitsFor(resource) : []),
    ['Id', resource.id],
    ...(Object.keys(resource.labels).length === 0
      ? []
      : [
          [
            'Labels',
            Object.entries(resource.labels)
              .map(([key, value]) => `${key}=${value}`)
              .join(' '),
          ] as Pair,
        ]),
    ['Created', timeForPeople(resource.createdAt, session.world.now())],
  ];
  const lines = aligned(head, '', (label, text) =>
    label === 'State' ? style.state(resource.state, text) : label === 'Name' ? style.paint('bold', text) : text,
  );
  for (const [title, part] of [
    ['Asked for', resource.spec],
    ['Seen', withoutEngine(resource.status)],
  ] as const) {
    const pairs = pairsOf(part, { nowMs: session.world.now(), names, details });
    if (pairs.length > 0) lines.push('', style.paint('bold', title), ...aligned(pairs, '  '));
  }
  return lines;
}

/** What a resource is not yet, why, and what comes next. */
export function waitsFor(resource: WireResource): Pair[] {
  const waiting = resource.status?.waitingFor ?? null;
  return waiting === null
    ? []
    : [
        ['Waits for', waiting.reason],
        ['Then', waiting.next],
      ];
}

export function aligned(pairs: readonly Pair[], indent: string, paint: (label: string, text: string) => string = (_, text) => text): string[] {
  const width = Math.max(0, ...pairs.map(([label]) => label.length)) + 2;
  return pairs.flatMap(([label, value]) =>
    value.split('\n').map((line, i) => `${indent}${pad(i === 0 ? `${label}:` : '', width)}${paint(label, printable(line))}`.trimEnd()),
  );
}

function withoutEngine(status: unknown): unknown {
  if (typeof status !== 'object' || status === null) return status;
  const { observedGeneration: _generation, waitingFor: _waiting, ...rest } = status as Record<string, unknown>;
  return rest;
}

/** Depth first, in the record's own order; what is not there is left out. */
function pairsOf(value: unknown, reading: Reading, path: readonly string[] = []): Pair[] {
  const own = reading.details[path.join('.')];
  if (own === null) return [];
  const label = own ?? labelOf(path);
  if (value === null || value === undefined || value === '') return [];
  if (Array.isArray(value)) {
    if (value.length === 0) return [];
    const lines = value.map((item: unknown) =>
      typeof item === 'object' && item !== null
        ? Object.entries(item)
            .map(([key, inner]) => `${key}=${valueForPeople(key, inner, reading)}`)
            .join('  ')
        : String(item),
    );
    return [[label, lines.join(value.every((item) => typeof item !== 'object') && lines.join().length < 60 ? ', ' : '\n')]];
  }
  if (typeof value === 'object') return Object.entries(value).flatMap(([key, inner]) => pairsOf(inner, reading, [...path, key]));
  return [[label, valueForPeople(path.at(-1) ?? '', value, reading)]];
}

const unit = /(Bytes|Mib|Ms|Seconds)(?=Min$|Max$|$)/;

/** `stopTimeoutSeconds` → `Stop timeout`; the unit goes to the value. */
function labelOf(path: readonly string[]): string {
  const words = path
    .map((key) =>
      key
        .replace(unit, '')
        .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
        .toLowerCase(),
    )
    .join(' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function valueForPeople(key: string, value: unknown, { nowMs, names }: Reading): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') {
    switch (unit.exec(key)?.[1]) {
      case 'Bytes':
        // A packet's size, say, is known by its exact number.
        return value < 10 * KiB ? `${value} B` : formatBytes(value);
      case 'Ms':
        return formatDuration(value);
      case 'Mib':
        return `${value} MiB`;
      case 'Seconds':
        return `${value} s`;
      default:
        return String(value);
    }
  }
  if (typeof value === 'string') return isTime(value) ? timeForPeople(value, nowMs) : (names.get(value) ?? value);
  return JSON.stringify(value) ?? '';
}

export function timeForPeople(iso: string, nowMs: number): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC (${relativeTime(iso, nowMs)})`;
}
