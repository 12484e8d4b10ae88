import { Badge, type BadgeProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** By what a state means to people, for every kind: good, under way, at rest, wrong, unsure. */
const colours: Readonly<Record<string, string>> = {
  running: 'teal',
  available: 'teal',
  online: 'teal',
  active: 'teal',
  creating: 'blue',
  starting: 'blue',
  rebooting: 'blue',
  importing: 'blue',
  joining: 'blue',
  stopping: 'yellow',
  suspending: 'yellow',
  deleting: 'yellow',
  cordoned: 'yellow',
  paused: 'grape',
  suspended: 'grape',
  failed: 'red',
  lost: 'red',
  unknown: 'orange',
};

/** States in which something goes on by itself. */
const underWay = new Set(['creating', 'starting', 'rebooting', 'importing', 'joining', 'stopping', 'suspending', 'deleting']);

export function StateBadge({ kind, state, ...rest }: { kind: string; state: string } & BadgeProps) {
  const { t } = useTranslation();
  return (
    <Badge variant={underWay.has(state) ? 'outline' : 'light'} color={colours[state] ?? 'gray'} tt="none" fw={600} data-state={state} {...rest}>
      {t(`${kind}:states.${state}`)}
    </Badge>
  );
}

export function stateColour(state: string): string {
  return colours[state] ?? 'gray';
}
