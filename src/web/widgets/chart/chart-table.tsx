import { ScrollArea, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { asRows } from '../../cloud/metrics.ts';
import { useFormat } from '../../words/format.ts';
import type { ChartProps } from '../chart.tsx';
import classes from './chart.module.css';
import { useUnit } from './unit.ts';

const rowsMax = 60;

/** The same as the picture, for those who would rather read: at most 60 rows, newest first. */
export function ChartTable({ title, times, lines, unit }: ChartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const show = useUnit();
  const rows = asRows(
    times,
    lines.map((line) => line.values),
    rowsMax,
  );
  return (
    <ScrollArea.Autosize mah={212} viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('metrics:tableOf', { title }) }}>
      <Table stickyHeader verticalSpacing={2} fz="sm" className={classes['numbers']}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('metrics:time')}</Table.Th>
            {lines.map((line) => (
              <Table.Th key={line.name} ta="right">
                {line.name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ at, values }) => (
            <Table.Tr key={at}>
              <Table.Td>{format.time(at * 1_000)}</Table.Td>
              {lines.map((line, index) => (
                <Table.Td key={line.name} ta="right">
                  {show(unit, values[index] ?? null)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
