import { useComputedColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { inkColours, lineColour } from './look.ts';
import { byteSteps, countSteps, loneValues, shareSteps, timeLabels } from './ticks.ts';
import { useUnit, type Unit } from './unit.ts';

export interface PlotProps {
  /** s since 1970, evenly spaced. */
  readonly times: readonly number[];
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  readonly unit: Unit;
  /** The top of the axis; as high as the values where absent. */
  readonly most?: number | undefined;
  /** Index of the time under the pointer; null: it is elsewhere. */
  readonly onCursor: (index: number | null) => void;
}

const heightPx = 180;
const axisFont = '12px system-ui, sans-serif';
const steps: Record<Unit, number[]> = { share: shareSteps, bytes: byteSteps, bytesPerSecond: byteSteps, perSecond: countSteps };

/** The picture itself. Only by way of `<Chart>`, which fetches it when it is first shown and says the same in words. */
export function Plot({ times, lines, unit, most, onCursor }: PlotProps) {
  const scheme = useComputedColorScheme('light');
  const { language } = useTranslation().i18n;
  const show = useUnit();
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const box = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(box, measured);
  const plot = useRef<UPlot | null>(null);
  const cursor = useRef(onCursor);
  const data = useRef<UPlot.AlignedData>([[]]);
  const names = lines.map((line) => line.name).join('\n');

  useEffect(() => {
    cursor.current = onCursor;
  }, [onCursor]);

  // A new picture where anything but the values is another.
  useEffect(() => {
    if (box.current === null || width === 0) return undefined;
    const ink = inkColours[scheme];
    const axis = { stroke: ink.text, font: axisFont, grid: { stroke: ink.grid, width: 1 }, ticks: { show: false }, border: { show: false } };
    const made = new UPlot(
      {
        width,
        height: heightPx,
        // Half of a time's words may stand beyond the last value.
        padding: [8, 28, 0, 0],
        legend: { show: false },
        // All charts of a page show the same moment.
        cursor: { drag: { x: false, y: false }, y: false, sync: { key: 'stratus-metrics', setSeries: false }, points: { size: 7 } },
        scales: { y: { range: (_, __, highest) => [0, top(unit, most, highest)] } },
        axes: [
          {
            ...axis,
            size: (_, labels) => ((labels ?? []).some((label) => label.includes('\n')) ? 42 : 26),
            space: 64,
            values: (_, splits, __, ___, step) => timeLabels(language, splits, step),
          },
          { ...axis, size: 72, space: 32, incrs: steps[unit], values: (_, splits) => splits.map((value) => show(unit, value)) },
        ],
        series: [
          {},
          ...names.split('\n').map((name, index) => ({
            label: name,
            stroke: lineColour(scheme, index),
            width: index === 0 ? 1.5 : 2,
            // The first is an area, the others are lines: they differ not by colour alone.
            ...(index === 0 ? { fill: `${lineColour(scheme, index)}2e` } : {}),
            points: {
              show: true,
              size: 4,
              fill: lineColour(scheme, index),
              filter: (self: UPlot, series: number) => loneValues([...(self.data[series] ?? [])]),
            },
          })),
        ],
        hooks: { setCursor: [(self) => cursor.current(self.cursor.idx ?? null)] },
      },
      data.current,
      box.current,
    );
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
    // oxlint-disable-next-line react/exhaustive-deps -- the width alone does not make a new picture: below
  }, [width > 0, scheme, language, names, unit, most]);

  useEffect(() => {
    if (width > 0) plot.current?.setSize({ width, height: heightPx });
  }, [width]);

  useEffect(() => {
    data.current = [times as number[], ...lines.map((line) => line.values as (number | null)[])];
    plot.current?.setData(data.current);
  }, [times, lines]);

  return <div ref={ref} style={{ height: heightPx }} aria-hidden />;
}

/** Room above the values; never a scale of almost nothing, on which noise would look like work. */
function top(unit: Unit, most: number | undefined, highest: number | null): number {
  if (most !== undefined) return Math.max(most, highest ?? 0);
  const least: Record<Unit, number> = { share: 1, bytes: 1_048_576, bytesPerSecond: 16_384, perSecond: 10 };
  return Math.max(least[unit], (highest ?? 0) * 1.1);
}
