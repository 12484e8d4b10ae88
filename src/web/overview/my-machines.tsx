import { Anchor, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconRocket, IconServer2, IconTerminal2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { instanceKind, type Instance } from '../../kinds/instance/instance.ts';
import type { Live } from '../cloud/contract.ts';
import { CopyLine } from '../widgets/copy-line.tsx';
import { EmptyState } from '../widgets/empty-state.tsx';
import { ResourceLink } from '../widgets/resource-link.tsx';
import { StateBadge } from '../widgets/state-badge.tsx';

const shownMax = 12;

/** Newest first, each with the way in. `title`: whose they are. */
export function MyMachines({ instances, title }: { instances: readonly Live<Instance>[]; title: string }) {
  const { t } = useTranslation();
  const newest = instances.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return (
    <section aria-labelledby="mine-title">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="mine-title">
          {title}
        </Title>
        <Anchor size="sm" renderRoot={(props) => <Link to="/$plural" params={{ plural: 'instances' }} {...props} />}>
          {t('overview:mine.all')}
        </Anchor>
      </Group>
      {newest.length === 0 ? (
        <EmptyState icon={IconServer2} text={t('overview:mine.none')}>
          <Button leftSection={<IconRocket size={16} />} renderRoot={(props) => <Link to="/launch" {...props} />}>
            {t('overview:mine.launch')}
          </Button>
        </EmptyState>
      ) : (
        <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
          {newest.slice(0, shownMax).map((instance) => (
            <Machine key={instance.id} instance={instance} />
          ))}
        </SimpleGrid>
      )}
      {newest.length > shownMax && (
        <Text size="sm" c="dimmed" mt="xs">
          {t('overview:mine.more', { count: newest.length - shownMax })}
        </Text>
      )}
    </section>
  );
}

function Machine({ instance }: { instance: Live<Instance> }) {
  const { t } = useTranslation();
  const { spec, name, id, state } = instance;
  const address = spec.nics[0]?.address;
  return (
    <Card withBorder padding="md" component="article" aria-label={name}>
      <Stack gap={8}>
        <Group justify="space-between" wrap="nowrap">
          <ResourceLink kind={instanceKind} id={id} name={name} fw={650} />
          <StateBadge kind="instance" state={state} style={{ flex: 'none' }} />
        </Group>
        <Text size="sm" c="dimmed">
          {spec.image.name} · {spec.type}
        </Text>
        {state === 'running' && address !== undefined && (
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <CopyLine label={t('overview:mine.ssh', { name })} text={`ssh ${spec.image.loginUser}@${address}`} />
            <Button
              size="xs"
              variant="light"
              aria-label={t('overview:mine.consoleOf', { name })}
              leftSection={<IconTerminal2 size={14} />}
              renderRoot={(props) => <Link to="/instances/$ref/console" params={{ ref: id }} {...props} />}
            >
              {t('overview:mine.console')}
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}
