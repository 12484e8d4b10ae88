import { Alert, Button, Center, Code, Loader, Stack, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { EventRecord } from '../../../core/event.ts';
import { kinds } from '../../../kinds/index.ts';
import { useSentence } from '../../words/use-sentence.ts';
import { EmptyState } from '../empty-state.tsx';
import { ProblemText } from '../problem.tsx';
import { ResourceLink } from '../resource-link.tsx';
import { stateColour } from '../state-badge.tsx';
import { When } from '../when.tsx';
import classes from './event-list.module.css';
import type { EventFilter } from './event-search.ts';
import { useEvents } from './use-events.ts';

/** What happened, newest first; further back as one scrolls, and what happens as it happens. */
export function EventList({ filter, isFollowed = true }: { filter: EventFilter; isFollowed?: boolean }) {
  const { t } = useTranslation();
  const { events, end, problem, heldBack, showHeld, more } = useEvents(filter, isFollowed);
  const isOfOne = filter.subject !== undefined;
  return (
    <Stack gap="sm">
      {heldBack > 0 && (
        <Button variant="light" onClick={showHeld}>
          {t('event:newer', { count: heldBack })}
        </Button>
      )}
      {events.length === 0 && end === 'end' ? (
        <EmptyState icon={IconHistory} text={t('event:nothing')} />
      ) : (
        <ol className={classes['list']} aria-label={t('event:title')} aria-busy={end === 'reading'}>
          {events.map((event) => (
            <Line key={event.id} event={event} withSubject={!isOfOne} />
          ))}
        </ol>
      )}
      {problem !== null && (
        <Alert color="red" role="alert">
          <ProblemText problem={problem.problem} />
        </Alert>
      )}
      {end === 'reading' && (
        <Center py="md">
          <Loader role="progressbar" size="sm" aria-label={t('loading')} />
        </Center>
      )}
      {end === 'more' && <More key={events.length} more={more} isByHand={problem !== null || events.length === 0} />}
    </Stack>
  );
}

/** Looks further back when it comes into view; by hand where that brought nothing. */
function More({ more, isByHand }: { more: () => void; isByHand: boolean }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isByHand || place.current === null) return undefined;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting === true && more(), { rootMargin: '600px' });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [more, isByHand]);
  return (
    <Center ref={place} py="sm">
      <Button variant="subtle" onClick={more}>
        {t('event:older')}
      </Button>
    </Center>
  );
}

function Line({ event, withSubject }: { event: EventRecord; withSubject: boolean }) {
  const { t } = useTranslation();
  const say = useSentence();
  const { spec } = event;
  const kind = kinds.find(({ name }) => name === spec.subject.kind);
  const message = say(spec.message);
  return (
    <li className={classes['event']} data-type={spec.type}>
      <span className={classes['when']}>
        <When at={event.createdAt} />
      </span>
      <span
        className={classes['dot']}
        aria-hidden
        style={spec.to === null ? undefined : { background: `var(--mantine-color-${stateColour(spec.to)}-6)` }}
      />
      <div className={classes['says']}>
        <Text size="sm" span>
          {message.slice(0, 1).toUpperCase() + message.slice(1)}
        </Text>
        {spec.reason !== null && (
          <Text size="sm" c="dimmed">
            {say(spec.reason)}
          </Text>
        )}
        <div className={classes['more']}>
          {withSubject && kind !== undefined && (
            <span>
              {t(`${kind.name}:one`)} <ResourceLink kind={kind} id={spec.subject.id} name={spec.subject.name} fw={500} />
            </span>
          )}
          <span>{t(`event:types.${spec.type}`)}</span>
          {spec.requestId !== null && (
            <span>
              {t('event:request')} <Code fz="inherit">{spec.requestId}</Code>
            </span>
          )}
        </div>
      </div>
    </li>
  );
}
