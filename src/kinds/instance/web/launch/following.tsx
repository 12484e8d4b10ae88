import { Alert, Anchor, Button, Card, Code, Group, Progress, Stack, Table, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconRocket, IconTerminal2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../../../web/cloud/cloud.tsx';
import type { Live } from '../../../../web/cloud/contract.ts';
import { announce } from '../../../../web/widgets/announcer.tsx';
import { CopyLine } from '../../../../web/widgets/copy-line.tsx';
import { StateBadge } from '../../../../web/widgets/state-badge.tsx';
import { WaitingLine } from '../../../../web/widgets/waiting-line.tsx';
import { useFormat } from '../../../../web/words/format.ts';
import { instanceKind, type Instance } from '../../instance.ts';
import { consoleStates } from '../../instance.state.ts';
import { isThere } from './steps.ts';
import { StepsList } from './steps-list.tsx';

export interface Made {
  readonly ids: readonly string[];
  /** File of the private key that was made on the way. */
  readonly keyFile: string | null;
}

/** After the button: what becomes of the machines, until one can log in. */
export function Following({ made, onAnother }: { made: Made; onAnother: () => void }) {
  const { t } = useTranslation();
  const { byId } = useList(instanceKind);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const instances = made.ids.flatMap((id) => byId?.get(id) ?? []);
  const there = instances.filter(isThere).length;
  const [only] = instances;
  const isDone = instances.length > 0 && there === instances.length;
  const canLogIn = isDone && instances.every(({ status }) => status.seen?.reachableSince != null);
  const title = isDone
    ? t(canLogIn ? 'launch:following.ready' : 'launch:following.made', { count: made.ids.length, name: only?.name })
    : t('launch:following.title', { count: made.ids.length, name: only?.name ?? '' });
  const onward = (
    <>
      <Button variant="default" leftSection={<IconRocket size={16} />} onClick={onAnother}>
        {t('launch:following.another')}
      </Button>
      <Button variant="subtle" renderRoot={(props) => <Link to="/instances" {...props} />}>
        {t('launch:following.all')}
      </Button>
    </>
  );
  return (
    <Stack maw={760} gap="lg">
      <Title order={1} ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
        {title}
      </Title>
      {byId !== undefined && instances.length === 0 ? (
        <Text c="dimmed">{t('launch:following.gone')}</Text>
      ) : made.ids.length === 1 && only !== undefined ? (
        <One instance={only} keyFile={made.keyFile}>
          {onward}
        </One>
      ) : (
        <Many instances={instances} there={there} keyFile={made.keyFile} />
      )}
      {(instances.length !== 1 || made.ids.length > 1) && <Group gap="xs">{onward}</Group>}
    </Stack>
  );
}

function One({ instance, keyFile, children }: { instance: Live<Instance>; keyFile: string | null; children: ReactNode }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canLogIn = isThere(instance) && instance.status.seen?.reachableSince != null;
  const hasConsole = consoleStates.includes(instance.state);
  useEffect(() => {
    if (canLogIn) announce(t('launch:following.announced', { name: instance.name }));
  }, [canLogIn, instance.name, t]);
  return (
    <Stack gap="lg">
      <Card withBorder padding="lg">
        <Stack gap="sm">
          <Group gap="sm">
            <StateBadge kind="instance" state={instance.state} />
            <Text size="sm" c="dimmed">
              {[instance.spec.image.name, instance.spec.type, instance.spec.nics[0]?.address].join(' · ')}
            </Text>
          </Group>
          <StepsList instance={instance} />
          <WaitingLine resource={instance} />
        </Stack>
      </Card>
      {canLogIn && (
        <Alert
          styles={{ body: { minWidth: 0 } }}
          color="teal"
          icon={<IconCircleCheck />}
          title={t('launch:following.logIn', { seconds: format.number(Math.max(0, secondsUntilLogIn(instance))) })}
        >
          <Stack gap="xs">
            {keyFile !== null && (
              <Text size="sm">
                {t('launch:following.keyFirst')} <Code>chmod 600 ~/Downloads/{keyFile}</Code>
              </Text>
            )}
            {instance.spec.sshKeys.length === 0 ? (
              <Text size="sm">{t('launch:following.noKey')}</Text>
            ) : (
              <CopyLine label={t('launch:following.ssh')} text={sshLine(instance, keyFile)} />
            )}
          </Stack>
        </Alert>
      )}
      <Group gap="xs">
        {hasConsole && (
          <Button
            variant={canLogIn ? 'filled' : 'default'}
            leftSection={<IconTerminal2 size={16} />}
            renderRoot={(props) => <Link to="/instances/$ref/console" params={{ ref: instance.id }} {...props} />}
          >
            {t('instance:console')}
          </Button>
        )}
        <Button variant="default" renderRoot={(props) => <Link to="/$plural/$ref" params={{ plural: 'instances', ref: instance.id }} {...props} />}>
          {t('launch:following.page', { name: instance.name })}
        </Button>
        {children}
      </Group>
    </Stack>
  );
}

function Many({ instances, there, keyFile }: { instances: readonly Live<Instance>[]; there: number; keyFile: string | null }) {
  const { t } = useTranslation();
  const total = instances.length;
  useEffect(() => {
    if (total > 0) announce(t('launch:following.of', { there, total }));
  }, [there, total, t]);
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('launch:following.of', { there, total })}
      </Text>
      <Progress value={total === 0 ? 0 : (there / total) * 100} aria-label={t('launch:following.of', { there, total })} />
      {instances
        .filter(({ status }) => status.failure !== null)
        .slice(0, 3)
        .map((instance) => (
          <WaitingLine key={instance.id} resource={instance} />
        ))}
      <Table.ScrollContainer minWidth={480} type="native">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('instance:columns.name')}</Table.Th>
              <Table.Th>{t('instance:columns.state')}</Table.Th>
              <Table.Th>{t('launch:following.ssh')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {instances.map((instance) => (
              <Table.Tr key={instance.id} data-there={isThere(instance) || undefined}>
                <Table.Td>
                  <Anchor renderRoot={(props) => <Link to="/$plural/$ref" params={{ plural: 'instances', ref: instance.id }} {...props} />}>
                    {instance.name}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  <StateBadge kind="instance" state={instance.state} />
                </Table.Td>
                <Table.Td>
                  {isThere(instance) && <CopyLine label={`${t('launch:following.ssh')}: ${instance.name}`} text={sshLine(instance, keyFile)} />}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

function secondsUntilLogIn({ createdAt, status }: Instance): number {
  return (Date.parse(status.seen?.reachableSince ?? createdAt) - Date.parse(createdAt)) / 1_000;
}

function sshLine({ spec }: Instance, keyFile: string | null): string {
  return ['ssh', ...(keyFile === null ? [] : ['-i', `~/Downloads/${keyFile}`]), `${spec.image.loginUser}@${spec.nics[0]?.address ?? ''}`].join(' ');
}
