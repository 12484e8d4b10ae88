import { ActionIcon, Card, Center, Group, Text, Title, Tooltip, useComputedColorScheme } from '@mantine/core';
import { IconChartAreaLine, IconTable } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../words/format.ts';
import { ChartTable } from './chart/chart-table.tsx';
import classes from './chart/chart.module.css';
import { lineColour } from './chart/look.ts';
import { useUnit, type Unit } from './chart/unit.ts';
import { later } from './later.tsx';

const Plot = later(() => import('./chart/plot.tsx'), 'Plot');

export interface ChartProps {
  /** Of level 2. */
  readonly title: string;
  /** s since 1970, evenly spaced. */
  readonly times: readonly number[];
  /** At most three are told apart well. Each as long as `times`; null is a gap. */
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  readonly unit: Unit;
  /** What the values are a part of (memory of the machine, say): the top of the axis. As high as the values where absent. */
  readonly most?: number | undefined;
}

/**
 * Values over time: a picture with the values under the pointer, the same in words for screen readers, and as a table.
 * What draws it is fetched when the first chart is shown. Charts of one page share the pointer.
 */
export function Chart(props: ChartProps) {
  const { title, times, lines, unit, most } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const show = useUnit();
  const scheme = useComputedColorScheme('light');
  const [at, setAt] = useState<number | null>(null);
  const [isTable, setIsTable] = useState(false);
  const isEmpty = lines.every((line) => line.values.every((value) => value === null));
  const pointed = at === null || isTable ? undefined : times[at];
  const other = isTable ? t('metrics:asChart') : t('metrics:asTable');
  return (
    <Card component="section" withBorder padding="md" className={classes['card'] ?? ''} aria-label={title}>
      <Group justify="space-between" wrap="nowrap" mb={4} className={classes['head']}>
        <Group gap="sm" align="baseline">
          <Title order={2}>{title}</Title>
          {most !== undefined && unit !== 'share' && (
            <Text size="sm" c="dimmed">
              {t('metrics:of', { most: show(unit, most) })}
            </Text>
          )}
        </Group>
        <Group gap="xs" wrap="nowrap">
          {pointed !== undefined && (
            <Text size="sm" c="dimmed" className={classes['when']}>
              {format.time(pointed * 1_000)}
            </Text>
          )}
          <Tooltip label={other} withinPortal={false}>
            <ActionIcon variant="subtle" color="gray" aria-label={`${other}: ${title}`} onClick={() => setIsTable(!isTable)} disabled={isEmpty}>
              {isTable ? <IconChartAreaLine size={18} /> : <IconTable size={18} />}
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      {isEmpty ? (
        <Center className={classes['empty']}>
          <Text size="sm" c="dimmed">
            {t('metrics:nothing')}
          </Text>
        </Center>
      ) : isTable ? (
        <ChartTable {...props} />
      ) : (
        <>
          <ul className={classes['legend']} aria-hidden>
            {lines.map((line, index) => (
              <li key={line.name}>
                <span className={classes['key']} data-look={index === 0 ? 'area' : 'line'} style={{ backgroundColor: lineColour(scheme, index) }} />
                {line.name}
                <strong>{show(unit, pointed === undefined ? lastOf(line.values) : (line.values[at ?? 0] ?? null))}</strong>
              </li>
            ))}
          </ul>
          <div role="img" aria-label={`${title}. ${lines.map((line) => summary(line)).join('. ')}.`}>
            <Plot times={times} lines={lines} unit={unit} most={most} onCursor={setAt} />
          </div>
        </>
      )}
    </Card>
  );

  function summary({ name, values }: ChartProps['lines'][number]): string {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${name}: ${t('metrics:nothing')}`;
    return t('metrics:summary', {
      name,
      last: show(unit, lastOf(values)),
      least: show(unit, Math.min(...known)),
      most: show(unit, Math.max(...known)),
    });
  }
}

function lastOf(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}
