import { Anchor, Card, Center, Group, Loader, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { EventSpec } from '../../core/event.ts';
import { kinds } from '../../kinds/index.ts';
import { useEvents } from '../widgets/events/use-events.ts';
import { ResourceLink } from '../widgets/resource-link.tsx';
import { When } from '../widgets/when.tsx';
import { useSentence } from '../words/use-sentence.ts';
import classes from './overview.module.css';

const shownMax = 8;
const all = {};

/** What happened last, as it happens. */
export function RecentEvents() {
  const { t } = useTranslation();
  const say = useSentence();
  const { events, end } = useEvents(all, true);
  const shown = useMemo(() => events.slice(0, shownMax), [events]);
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="recent-title">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="recent-title">
          {t('overview:events.title')}
        </Title>
        <Anchor size="sm" renderRoot={(props) => <Link to="/$plural" params={{ plural: 'events' }} {...props} />}>
          {t('overview:events.all')}
        </Anchor>
      </Group>
      {shown.length === 0 && end === 'end' && (
        <Text size="sm" c="dimmed">
          {t('overview:events.none')}
        </Text>
      )}
      {shown.length === 0 && end === 'reading' && (
        <Center mih={200}>
          <Loader role="progressbar" size="sm" aria-label={t('loading')} />
        </Center>
      )}
      <ol className={classes['events']} aria-busy={end === 'reading'}>
        {shown.map(({ id, createdAt, spec }) => {
          return (
            <li key={id}>
              <Text size="sm" component="span">
                <Message of={spec} />
                {spec.reason !== null && (
                  <Text span c="dimmed" inherit>
                    {' '}
                    · {say(spec.reason)}
                  </Text>
                )}
              </Text>
              <Text size="xs" c="dimmed" component="span">
                <When at={createdAt} />
              </Text>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

/** The sentence, with the name of what it is about leading there. */
function Message({ of: { message, subject } }: { of: EventSpec }) {
  const say = useSentence();
  const said = say(message);
  const kind = kinds.find(({ name }) => name === subject.kind);
  const at = said.indexOf(subject.name);
  const sentence = said.slice(0, 1).toUpperCase() + said.slice(1);
  if (kind === undefined || at < 0) return <>{sentence}</>;
  return (
    <>
      {sentence.slice(0, at)}
      <ResourceLink kind={kind} id={subject.id} name={subject.name} />
      {sentence.slice(at + subject.name.length)}
    </>
  );
}
