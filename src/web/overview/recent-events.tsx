import { Anchor, Card, Group, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
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
      <ol className={classes['events']} aria-busy={end === 'reading'}>
        {shown.map(({ id, createdAt, spec }) => {
          const kind = kinds.find(({ name }) => name === spec.subject.kind);
          return (
            <li key={id}>
              <Text size="sm" component="span">
                {kind !== undefined && <ResourceLink kind={kind} id={spec.subject.id} name={spec.subject.name} />} {say(spec.message)}
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
