import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { EventRecord } from '../../../core/event.ts';
import { ask, type CloudProblem } from '../../cloud/client.ts';
import { useWatch } from '../../cloud/cloud.tsx';
import { matchesEvent, merged, type EventFilter } from './event-search.ts';

/** Of one page of the API's. */
const pageSize = 200;
/** Pages read in a row for a filter that few events pass, before the reader is asked whether to look further back. */
const pagesAtOnceMax = 10;
/** New ones that pass the filter, wanted of one look further back. */
const wantedAtOnce = 40;

/** Of those to come, kept while the page stays open; what is older is read again by who looks back. */
const keptMax = 5_000;

interface EventPage {
  readonly items: readonly EventRecord[];
  readonly nextCursor: string | null;
  readonly revision: number;
}

/** How far back it is read. */
interface Place {
  cursor: string | null;
  /** Of the first page; null before that. */
  revision: number | null;
  /** There is a hole before the cursor: what lies there is found again from the newest on. */
  hasDropped: boolean;
  readonly over: AbortController;
}

/**
 * Events, newest first: those of the past page by page, those to come by the watch stream. While they are not
 * followed, new ones are held back and counted in `heldBack`.
 */
export function useEvents(filter: EventFilter, isFollowed: boolean) {
  const { subject, project } = filter;
  const watch = useWatch();
  const [all, setAll] = useState<readonly EventRecord[]>([]);
  const [held, setHeld] = useState<readonly EventRecord[]>([]);
  const [end, setEnd] = useState<'more' | 'reading' | 'end'>('reading');
  const [problem, setProblem] = useState<CloudProblem | null>(null);
  const [round, startOver] = useReducer((before: number) => before + 1, 0);
  const place = useRef<Place>(null);
  const now = useRef({ filter, isFollowed });
  now.current = { filter, isFollowed };

  const read = useCallback(async (): Promise<void> => {
    const at = place.current;
    if (at === null) return;
    const { signal } = at.over;
    setEnd('reading');
    setProblem(null);
    try {
      let found = 0;
      for (let pages = 0; pages < pagesAtOnceMax && found < wantedAtOnce; pages++) {
        const wanted = now.current.filter;
        const page: EventPage = await ask('GET', '/v1/events', {
          query: { order: 'desc', limit: pageSize, cursor: at.cursor ?? undefined, subject: wanted.subject, project: wanted.project },
          signal,
        });
        if (signal.aborted) return;
        at.revision ??= page.revision;
        // The stream began only after it was read: what happened between the two is in neither.
        if (at.revision < (watch.toldFrom ?? 0)) return startOver();
        at.cursor = page.nextCursor;
        setAll((before) => merged(before, page.items));
        found += page.items.filter((event) => matchesEvent(event, wanted)).length;
        const oldest = page.items.at(-1);
        const isTooOld = wanted.sinceMs !== undefined && oldest !== undefined && Date.parse(oldest.createdAt) < wanted.sinceMs;
        if (page.nextCursor === null || isTooOld) return setEnd('end');
      }
      setEnd('more');
    } catch (error) {
      if (signal.aborted) return;
      setProblem(error as CloudProblem);
      setEnd('more');
    }
  }, [watch]);

  useEffect(() => {
    const at: Place = { cursor: null, revision: null, hasDropped: false, over: new AbortController() };
    place.current = at;
    setAll([]);
    setHeld([]);
    const ends = [
      watch.onBegin((revision) => at.revision !== null && at.revision < revision && startOver()),
      watch.onChanges((changes) => {
        const fresh = changes.flatMap(({ type, kind, resource }) =>
          type === 'put' && kind === 'event' && resource !== undefined ? [resource as unknown as EventRecord] : [],
        );
        if (fresh.length === 0) return;
        const add = now.current.isFollowed ? setAll : setHeld;
        add((before) => {
          const next = merged(before, fresh);
          // Who has looked back further keeps it all.
          if (next.length <= keptMax || before.length > keptMax) return next;
          at.hasDropped = true;
          return next.slice(0, keptMax);
        });
      }),
    ];
    void read();
    return () => {
      for (const stop of ends) stop();
      at.over.abort();
    };
  }, [watch, read, subject, project, round]);

  const showHeld = useCallback(() => {
    setAll((before) => merged(before, held));
    setHeld([]);
  }, [held]);
  useEffect(() => {
    if (isFollowed && held.length > 0) showHeld();
  }, [isFollowed, held, showHeld]);

  const { kind, type, text, sinceMs } = filter;
  const events = useMemo(
    () => all.filter((event) => matchesEvent(event, { subject, project, kind, type, text, sinceMs })),
    [all, subject, project, kind, type, text, sinceMs],
  );
  const heldBack = held.filter((event) => matchesEvent(event, filter)).length;
  const more = () => (place.current?.hasDropped === true ? startOver() : void read());
  return { events, end, problem, heldBack, showHeld, more };
}
