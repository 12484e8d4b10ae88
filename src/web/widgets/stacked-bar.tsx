import { Group, Text } from '@mantine/core';
import classes from './stacked-bar.module.css';

/** How a part looks; never by colour alone: each has its own pattern too. */
export type BarLook = 'used' | 'promised' | 'free' | 'closed';

export interface BarPart {
  readonly look: BarLook;
  /** In the unit of the whole. */
  readonly value: number;
  /** With its unit, e.g. `12 GiB`. */
  readonly text: string;
  /** What it is, e.g. `in use`. */
  readonly label: string;
}

interface StackedBarProps {
  readonly title: string;
  /** Beside the title, e.g. `12 of 64 GiB`. */
  readonly says: string;
  readonly parts: readonly BarPart[];
  /** A line in the bar, in the unit of the parts. */
  readonly mark?: { readonly value: number; readonly label: string } | undefined;
  /** `thin`: the bar alone, for cells of tables and the map; its words are there for screen readers. */
  readonly size?: 'full' | 'thin';
}

/** A whole and its parts, as a picture and as numbers. */
export function StackedBar({ title, says, parts, mark, size = 'full' }: StackedBarProps) {
  const total = Math.max(
    1,
    parts.reduce((sum, part) => sum + part.value, 0),
  );
  const told = parts.filter((part) => part.value > 0).map((part) => `${part.text} ${part.label}`);
  const words = `${title}: ${says}. ${[...told, ...(mark === undefined ? [] : [mark.label])].join(', ')}.`;
  const bar = (
    <div role="img" aria-label={words} title={size === 'thin' ? words : undefined} className={classes['bar']} data-size={size}>
      {parts
        .filter((part) => part.value > 0)
        .map((part) => (
          <span key={part.look} className={classes['part']} data-look={part.look} style={{ width: `${(part.value / total) * 100}%` }} />
        ))}
      {mark !== undefined && mark.value < total && <i style={{ insetInlineStart: `${(mark.value / total) * 100}%` }} />}
    </div>
  );
  if (size === 'thin') return bar;
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={4} wrap="nowrap" align="baseline">
        <Text size="sm" fw={600}>
          {title}
        </Text>
        <Text size="sm" c="dimmed" className={classes['numbers']}>
          {says}
        </Text>
      </Group>
      {bar}
      <Group gap="2px 14px" mt={6} aria-hidden>
        {parts
          .filter((part) => part.value > 0)
          .map((part) => (
            <Group key={part.look} gap={6} wrap="nowrap">
              <span className={`${classes['key']} ${classes['part']}`} data-look={part.look} />
              <Text size="xs" c="dimmed" className={classes['numbers']}>
                {part.text} {part.label}
              </Text>
            </Group>
          ))}
        {mark !== undefined && (
          <Group gap={6} wrap="nowrap">
            <span className={classes['markKey']} />
            <Text size="xs" c="dimmed">
              {mark.label}
            </Text>
          </Group>
        )}
      </Group>
    </div>
  );
}
