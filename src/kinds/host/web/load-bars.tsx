import { Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../../web/cloud/cloud.tsx';
import type { Live } from '../../../web/cloud/contract.ts';
import { StackedBar } from '../../../web/widgets/stacked-bar.tsx';
import { useFormat } from '../../../web/words/format.ts';
import { instanceKind, type Instance } from '../../instance/instance.ts';
import type { Host } from '../host.ts';
import { hostLoad, instancesByHost, type HostLoad, type Share } from './host-load.ts';

const none: readonly Live<Instance>[] = [];

/** What runs on a host, and what that takes of it; live. */
export function useHostLoad(host: Host) {
  const { items = none } = useList(instanceKind);
  const instances = instancesByHost(items).get(host.id) ?? none;
  const load = useMemo(() => hostLoad(host, instances), [host, instances]);
  return { instances, load };
}

/** One thing of a host, or of all: as a picture and in numbers. */
export function LoadBar({ what, load, size = 'full' }: { what: 'vcpus' | 'memory' | 'disk'; load: HostLoad; size?: 'full' | 'thin' }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share: Share = load[what];
  const text = (amount: number) => (what === 'vcpus' ? format.number(amount) : format.bytes(amount));
  const taken = share.used + share.promised;
  const labels = what === 'disk' ? 'host:load.disk' : 'host:load.parts';
  return (
    <StackedBar
      size={size}
      title={t(`host:load.${what === 'disk' ? 'diskTitle' : what}`)}
      says={t(taken > share.total ? 'host:load.over' : 'host:load.of', { taken: text(taken), total: text(share.total) })}
      parts={(['used', 'promised', 'free', 'closed'] as const).map((look) => ({
        look,
        value: share[look],
        text: text(share[look]),
        label: t(`${labels}.${look}`),
      }))}
      mark={
        what !== 'vcpus' || size === 'thin' || load.processors === 0
          ? undefined
          : { value: load.processors, label: t('host:load.processors', { count: load.processors, number: format.number(load.processors) }) }
      }
    />
  );
}

export function LoadBars({ load }: { load: HostLoad }) {
  return (
    <Stack gap="lg">
      {(['vcpus', 'memory', 'disk'] as const).map((what) => (
        <LoadBar key={what} what={what} load={load} />
      ))}
    </Stack>
  );
}

/** A cell of the hosts' table. */
export function LoadCell({ host, what }: { host: Host; what: 'vcpus' | 'memory' | 'disk' }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { load } = useHostLoad(host);
  const { total, used, promised } = load[what];
  if (total === 0) return <>–</>;
  const text = (amount: number) => (what === 'vcpus' ? format.number(amount) : format.bytes(amount));
  return (
    <Stack gap={5}>
      <Text size="xs" lh={1} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {t('host:load.of', { taken: text(used + promised), total: text(total) })}
      </Text>
      <LoadBar what={what} load={load} size="thin" />
    </Stack>
  );
}

export function InstanceCount({ count }: { count: number }) {
  const format = useFormat();
  return <>{format.number(count)}</>;
}
