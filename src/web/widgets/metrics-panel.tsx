import { Alert, Center, Loader, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconChartLine, IconCloudOff } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Metrics } from '../../core/metrics.ts';
import type { Resource } from '../../core/resource.ts';
import { kinds } from '../../kinds/index.ts';
import { lastMeasured, rangeOf, ranges } from '../cloud/metrics.ts';
import { useMetrics } from '../cloud/use-metrics.ts';
import { useFormat } from '../words/format.ts';
import { Chart, type ChartProps } from './chart.tsx';
import { EmptyState } from './empty-state.tsx';
import { ProblemText } from './problem.tsx';

/** What is shown together; a chart is there when any of its series is. */
const charts = [
  { id: 'cpu', unit: 'share', series: ['cpu'] },
  { id: 'memory', unit: 'bytes', series: ['memoryUsedBytes', 'memoryResidentBytes'] },
  { id: 'diskUsed', unit: 'bytes', series: ['diskUsedBytes'] },
  { id: 'disk', unit: 'bytesPerSecond', series: ['diskReadBytesPerSecond', 'diskWrittenBytesPerSecond'] },
  { id: 'net', unit: 'bytesPerSecond', series: ['netReceivedBytesPerSecond', 'netSentBytesPerSecond'] },
  { id: 'diskRequests', unit: 'perSecond', series: ['diskReadsPerSecond', 'diskWritesPerSecond'] },
] as const;
type ChartId = (typeof charts)[number]['id'];

interface MetricsPanelProps {
  /** An instance, a host, or whatever else has `GET /v1/<plural>/<id>/metrics`. */
  readonly resource: Pick<Resource, 'kind' | 'id'>;
  /** What a chart's values are a part of: the top of its axis. As high as the values where absent. */
  readonly most?: Partial<Record<ChartId, number | undefined>>;
}

/**
 * What an instance or a host uses, over an hour to 30 days; the newest values come by themselves. It is a whole tab:
 *
 *     { id: 'metrics', Content: ({ resource }) => <MetricsPanel resource={resource} most={{ memory: resource.spec.memoryMib * MiB }} /> }
 *
 * and for a host `most={{ memory: facts.memoryMib * MiB, diskUsed: facts.diskTotalBytes }}`. The time that is shown
 * stands in the address (`?range=7d`). Must be below the page's router.
 */
export function MetricsPanel({ resource, most = {} }: MetricsPanelProps) {
  const { t } = useTranslation();
  const search: { range?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const range = rangeOf(search.range);
  const plural = kinds.find((kind) => kind.name === resource.kind)?.plural ?? '';
  const { metrics, problem } = useMetrics(`/v1/${plural}/${resource.id}/metrics`, range);
  const shown = useCharts(metrics, resource.kind);
  // Once for all, not in every chart.
  const isEmpty = shown.every(({ lines }) => lines.every(({ values }) => values.every((value) => value === null)));
  return (
    <Stack>
      <SegmentedControl
        value={range}
        onChange={(chosen) => void navigate({ to: '.', search: (before: object) => ({ ...before, range: chosen }), replace: true })}
        data={Object.keys(ranges).map((value) => ({ value, label: t(`metrics:ranges.${value}`) }))}
        aria-label={t('metrics:range')}
        style={{ alignSelf: 'start' }}
      />
      {problem !== null && (
        <Alert color="orange" icon={<IconCloudOff />} title={t('metrics:unreachable')} role="status">
          <Stack gap={4}>
            <ProblemText problem={problem} />
            {metrics !== undefined && <Since metrics={metrics} />}
          </Stack>
        </Alert>
      )}
      {metrics === undefined && problem === null && (
        <Center mih={240}>
          <Loader role="status" aria-label={t('loading')} />
        </Center>
      )}
      {shown.length > 0 && isEmpty ? (
        <EmptyState icon={IconChartLine} text={t('metrics:nothing')}>
          {resource.kind === 'instance' && (
            <Text size="sm" c="dimmed" ta="center">
              {t('metrics:off')}
            </Text>
          )}
        </EmptyState>
      ) : (
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          {shown.map(({ id, ...chart }) => (
            <Chart key={id} {...chart} most={id === 'cpu' ? 1 : most[id]} />
          ))}
        </SimpleGrid>
      )}
      {shown.length > 0 && !isEmpty && resource.kind === 'instance' && (
        <Text size="sm" c="dimmed">
          {t('metrics:off')}
        </Text>
      )}
    </Stack>
  );
}

function Since({ metrics }: { metrics: Metrics }) {
  const { t } = useTranslation();
  const format = useFormat();
  const last = lastMeasured(metrics);
  return last === null ? null : <Text size="sm">{t('metrics:old', { since: format.time(last * 1_000) })}</Text>;
}

/** Held between two looks, so that a chart is drawn anew only when it has something new to show. */
function useCharts(metrics: Metrics | undefined, kind: string): (Omit<ChartProps, 'most'> & { id: ChartId })[] {
  const { t } = useTranslation();
  return useMemo(() => {
    if (metrics === undefined) return [];
    const nameOf = (series: string) => (kind === 'host' && series === 'memoryUsedBytes' ? 'hostMemoryUsedBytes' : series);
    return charts.flatMap(({ id, unit, series }) => {
      const known = series.filter((name) => metrics.series[name] !== undefined);
      if (known.length === 0) return [];
      const lines = known.map((name) => ({ name: t(`metrics:series.${nameOf(name)}`), values: metrics.series[name] ?? [] }));
      return [{ id, unit, title: t(`metrics:charts.${id}`), times: metrics.times, lines }];
    });
  }, [metrics, kind, t]);
}
