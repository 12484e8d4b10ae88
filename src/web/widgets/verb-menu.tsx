import { Menu, Text } from '@mantine/core';
import { Fragment } from 'react';
import { rememberMenuOf } from './return-focus.ts';
import type { Action } from './verb-actions.tsx';

/** Entries of a menu: the verbs, then what is the same for every kind. */
export function VerbMenuItems({ verbs, others, run }: { verbs: readonly Action[]; others: readonly Action[]; run: (action: Action) => void }) {
  return (
    <>
      {verbs.map((action) => (
        <VerbItem key={action.id} action={action} run={run} />
      ))}
      {others.map((action, index) => (
        <Fragment key={action.id}>
          {index === 0 && verbs.length > 0 && <Menu.Divider />}
          <VerbItem action={action} run={run} />
        </Fragment>
      ))}
    </>
  );
}

/** An item that cannot be chosen stays reachable, so that its reason can be read. */
function VerbItem({ action, run }: { action: Action; run: (action: Action) => void }) {
  const { label, reason, isDangerous } = action;
  const isRefused = reason !== null;
  return (
    <Menu.Item
      {...(isDangerous && !isRefused ? { c: 'light-dark(var(--mantine-color-red-9), var(--mantine-color-red-4))' } : {})}
      {...(isRefused ? { 'aria-disabled': true, 'data-refused': true, c: 'dimmed' } : {})}
      closeMenuOnClick={!isRefused}
      onClick={(event) => {
        rememberMenuOf(event.currentTarget);
        run(action);
      }}
    >
      {label}
      {isRefused && (
        <Text size="xs" maw={260}>
          {reason}
        </Text>
      )}
    </Menu.Item>
  );
}
