import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
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

interface EventPage {
  readonly items: readonly EventRecord[];
  readonly nextCursor: string | null;
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
  const cursor = useRef<string | null>(null);
  /** One more for each time that the stream could not go on where it was cut off. */
  const [round, setRound] = useState(0);
  const now = useRef({ filter, isFollowed });
  now.current = { filter, isFollowed };

  const read = useCallback(async (signal?: AbortSignal): Promise<void> => {
    setEnd('reading');
    setProblem(null);
    try {
      let found = 0;
      for (let pages = 0; pages < pagesAtOnceMax && found < wantedAtOnce; pages++) {
        const wanted = now.current.filter;
        const page: EventPage = await ask('GET', '/v1/events', {
          query: { order: 'desc', limit: pageSize, cursor: cursor.current ?? undefined, subject: wanted.subject, project: wanted.project },
          signal,
        });
        cursor.current = page.nextCursor;
        setAll((before) => merged(before, page.items));
        found += page.items.filter((event) => matchesEvent(event, wanted)).length;
        const oldest = page.items.at(-1);
        const isTooOld = wanted.sinceMs !== undefined && oldest !== undefined && Date.parse(oldest.createdAt) < wanted.sinceMs;
        if (page.nextCursor === null || isTooOld) return setEnd('end');
      }
      setEnd('more');
    } catch (error) {
      if (signal?.aborted === true) return;
      setProblem(error as CloudProblem);
      setEnd('more');
    }
  }, []);

  useEffect(() => watch.onStartOver(() => setRound((before) => before + 1)), [watch]);
  useEffect(() => {
    const over = new AbortController();
    // Kept, what was read before would have a gap above it that nobody sees.
    setAll([]);
    setHeld([]);
    cursor.current = null;
    const forget = watch.onChanges((changes) => {
      const fresh = changes.flatMap(({ type, kind, resource }) =>
        type === 'put' && kind === 'event' && resource !== undefined ? [resource as unknown as EventRecord] : [],
      );
      if (fresh.length === 0) return;
      const add = now.current.isFollowed ? setAll : setHeld;
      add((before) => merged(before, fresh));
    });
    void watch.hasTried.then(() => (over.signal.aborted ? undefined : read(over.signal)));
    return () => {
      forget();
      over.abort();
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
  return { events, end, problem, heldBack, showHeld, more: () => void read() };
}
