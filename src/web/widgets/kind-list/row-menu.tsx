import { ActionIcon, Menu } from '@mantine/core';
import { IconDotsVertical } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Resource } from '../../../core/resource.ts';
import type { Live } from '../../cloud/contract.ts';
import type { AnyWebKind } from '../../web-kind.ts';
import { useActions } from '../verb-actions.tsx';
import classes from './kind-list.module.css';
import { focusUnlessElsewhere } from '../return-focus.ts';
import { VerbMenuItems } from '../verb-menu.tsx';

interface RowMenuProps {
  readonly web: AnyWebKind;
  readonly row: Live<Resource>;
  /** Opens the dialog of an action: it outlives the row, which may scroll away. */
  readonly ask: (row: Live<Resource>, action: string) => void;
}

/** What can be done with one row. Made when it is first opened: a table has many rows. */
export function RowMenu({ web, row, ask }: RowMenuProps) {
  const { t } = useTranslation();
  const [isMade, setMade] = useState(false);
  const hasAny = Object.keys(web.kind.verbs).some((verb) => web.verbsInTabs?.includes(verb) !== true) || web.kind.update !== null || web.canDelete;
  if (!hasAny) return null;
  const label = t('list:actionsOf', { name: row.name });
  return isMade ? (
    <MadeMenu web={web} row={row} ask={ask} label={label} />
  ) : (
    <button type="button" className={classes['dots']} aria-label={label} aria-haspopup="menu" onClick={() => setMade(true)}>
      <IconDotsVertical size={16} aria-hidden />
    </button>
  );
}

function MadeMenu({ web, row, ask, label }: RowMenuProps & { label: string }) {
  const { verbs, others, run, busy } = useActions(web, row, (action) => ask(row, action));
  const button = useRef<HTMLButtonElement>(null);
  // Open from its first moment on, it does not know where the focus came from.
  const whenClosed = () => void setTimeout(() => focusUnlessElsewhere(button.current));
  return (
    <Menu position="bottom-end" defaultOpened onExitTransitionEnd={whenClosed} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon ref={button} variant="subtle" color="gray" aria-label={label} loading={busy !== null} autoFocus>
          <IconDotsVertical size={16} />
        </ActionIcon>
      </Menu.Target>
      {/* Of a cell, it would keep to one line. */}
      <Menu.Dropdown miw={240} maw={300} style={{ whiteSpace: 'normal' }}>
        <VerbMenuItems verbs={verbs} others={others} run={run} />
      </Menu.Dropdown>
    </Menu>
  );
}
