import { Badge, Button, Card, Code, Group, List, Modal, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MiB } from '../../../core/units.ts';
import { ask } from '../../../web/cloud/client.ts';
import { useList } from '../../../web/cloud/cloud.tsx';
import type { Live } from '../../../web/cloud/contract.ts';
import { CopyLine } from '../../../web/widgets/copy-line.tsx';
import { Facts } from '../../../web/widgets/facts.tsx';
import { showProblem } from '../../../web/widgets/problem.tsx';
import { PersonName } from '../../../web/widgets/person-name.tsx';
import { ResourceLink } from '../../../web/widgets/resource-link.tsx';
import { LiveLink } from '../../../web/widgets/live-link.tsx';
import { When } from '../../../web/widgets/when.tsx';
import { useFormat } from '../../../web/words/format.ts';
import { hostKind } from '../../host/host.ts';
import { imageKind } from '../../image/image.ts';
import { networkKind } from '../../network/network.ts';
import { projectKind } from '../../project/project.ts';
import type { Instance } from '../instance.ts';
import { LeaseEnd, LeaseOver } from './lease-facts.tsx';

export function OverviewTab({ resource }: { resource: Live<Instance> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { spec, status } = resource;
  const { seen } = status;
  // Whose machine it runs on is known to few.
  const host = useList(hostKind).byId?.get(spec.host);
  return (
    <Stack>
      <LeaseOver instance={resource} />
      <LogInCard instance={resource} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Facts
          title={t('instance:machine.title')}
          facts={{
            [t('instance:machine.size')]:
              `${spec.type} · ${t('instance:machine.sizeOf', { count: spec.vcpus, memory: format.bytes(spec.memoryMib * MiB) })}`,
            [t('instance:machine.swap')]: spec.swapMib === 0 ? null : format.bytes(spec.swapMib * MiB),
            [t('instance:machine.disk')]: format.bytes(spec.diskBytes),
            [t('instance:machine.firmware')]: spec.firmware.toUpperCase(),
            [t('instance:machine.restartPolicy')]: t(`instance:machine.restart.${spec.restartPolicy}`),
            [t('instance:machine.stopTimeout')]: t('instance:machine.seconds', { count: spec.stopTimeoutSeconds }),
            [t('instance:machine.userData')]: spec.userDataSha256 === null ? t('instance:machine.noUserData') : <UserData instance={resource} />,
          }}
        />
        <Facts
          title={t(['stopped', 'failed'].includes(resource.state) ? 'instance:run.last' : 'instance:run.title')}
          facts={
            seen === null || seen.bootSerial === 0
              ? { [t('instance:run.started')]: t('instance:run.never') }
              : {
                  [t('instance:run.started')]: <When at={seen.startedAt} />,
                  [t('instance:run.boots')]: format.number(spec.bootSerial),
                  [t('instance:run.restarts')]: format.number(seen.restarts),
                  [t('instance:run.agent')]:
                    resource.state !== 'running' ? null : t(seen.agentConnected ? 'instance:run.agentYes' : 'instance:run.agentNo'),
                  [t('instance:about.host')]: host === undefined ? null : <ResourceLink kind={hostKind} id={host.id} name={host.name} />,
                }
          }
        />
        {spec.nics.map((nic) => (
          <Facts
            key={nic.mac}
            title={t('instance:network.title')}
            facts={{
              [t('instance:network.address')]: nic.address,
              [t('instance:network.mac')]: <Code>{nic.mac}</Code>,
              [t('instance:network.network')]: <LiveLink kind={networkKind} id={nic.network} />,
            }}
          />
        ))}
        <Facts
          title={t('instance:about.title')}
          facts={{
            [t('instance:about.description')]: spec.description,
            [t('instance:about.image')]: <LiveLink kind={imageKind} id={spec.image.id} known={spec.image.name} />,
            [t('instance:about.project')]: resource.project === null ? null : <LiveLink kind={projectKind} id={resource.project} />,
            [t('instance:about.createdBy')]: <PersonName id={resource.createdBy} />,
            [t('instance:columns.created')]: <When at={resource.createdAt} />,
            [t('instance:lease.ends')]: <LeaseEnd instance={resource} />,
            [t('instance:about.labels')]: <Labels labels={resource.labels} />,
            [t('instance:about.id')]: <Code>{resource.id}</Code>,
          }}
        />
      </SimpleGrid>
    </Stack>
  );
}

/** What most people come for. */
function LogInCard({ instance }: { instance: Live<Instance> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { spec, status, state } = instance;
  const address = spec.nics[0]?.address;
  const since = status.seen?.reachableSince ?? null;
  const isOn = ['running', 'rebooting', 'starting', 'creating', 'paused'].includes(state);
  return (
    <Card withBorder padding="md">
      <Title order={2} mb="xs">
        {t('instance:logIn.title')}
      </Title>
      <Stack gap="xs">
        {address !== undefined && <CopyLine label={t('instance:logIn.ssh')} text={`ssh ${spec.image.loginUser}@${address}`} />}
        <Text size="sm" c="dimmed">
          {state === 'unknown'
            ? t('instance:logIn.unknown')
            : !isOn
              ? t('instance:logIn.off')
              : state === 'running' && since !== null
                ? t('instance:logIn.ready', { since: format.time(since) })
                : t('instance:logIn.booting')}
        </Text>
        {spec.sshKeys.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('instance:logIn.noKeys')}
          </Text>
        ) : (
          <Group gap={6}>
            <Text size="sm" c="dimmed">
              {t('instance:logIn.keys')}
            </Text>
            {spec.sshKeys.map((key) => (
              <Badge key={key.name} variant="light" color="gray" tt="none">
                {key.name}
              </Badge>
            ))}
          </Group>
        )}
      </Stack>
    </Card>
  );
}

function Labels({ labels }: { labels: Readonly<Record<string, string>> }) {
  const all = Object.entries(labels);
  if (all.length === 0) return <>–</>;
  return (
    <List listStyleType="none" spacing={2} size="sm">
      {all.map(([key, value]) => (
        <List.Item key={key}>
          <Code>{value === '' ? key : `${key}=${value}`}</Code>
        </List.Item>
      ))}
    </List>
  );
}

/** Kept apart from the instance, and fetched when somebody wants to see it. */
function UserData({ instance }: { instance: Live<Instance> }) {
  const { t } = useTranslation();
  const [isOpen, modal] = useDisclosure(false);
  const [text, setText] = useState<string | null>(null);
  const open = async () => {
    try {
      const { userDataBase64 } = await ask<{ userDataBase64: string | null }>('GET', `/v1/instances/${instance.id}/user-data`);
      setText(new TextDecoder().decode(Uint8Array.from(atob(userDataBase64 ?? ''), (character) => character.charCodeAt(0))));
      modal.open();
    } catch (error) {
      showProblem(error);
    }
  };
  return (
    <>
      <Button size="compact-sm" variant="light" onClick={() => void open()}>
        {t('instance:machine.showUserData')}
      </Button>
      <Modal opened={isOpen} onClose={modal.close} size="xl" title={t('instance:userData.title', { name: instance.name })}>
        <Code block tabIndex={0}>
          {text}
        </Code>
      </Modal>
    </>
  );
}
