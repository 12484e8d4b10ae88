import { ActionIcon, Button, Group, Menu, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconDotsVertical } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Resource } from '../../core/resource.ts';
import type { Live } from '../cloud/contract.ts';
import type { AnyWebKind } from '../web-kind.ts';
import { ActionDialog, useActions } from './verb-actions.tsx';
import { VerbMenuItems } from './verb-menu.tsx';

/** Every verb of the kind, then editing and deletion: the first as buttons, the others in a menu. Greyed with the reason. */
export function VerbButtons({ web, resource, shownFirst = 3 }: { web: AnyWebKind; resource: Live<Resource>; shownFirst?: number }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<string | null>(null);
  const { verbs, others, run, busy } = useActions(web, resource, setDialog);
  const isNarrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const shown = isNarrow ? Math.min(1, shownFirst) : shownFirst;
  const inMenu = verbs.slice(shown);
  return (
    <Group gap="xs">
      {verbs.slice(0, shown).map((action) => (
        <Tooltip key={action.id} label={action.reason ?? action.says} multiline maw={320}>
          <Button
            variant="default"
            {...(action.reason === null ? {} : { 'data-disabled': true })}
            aria-disabled={action.reason !== null}
            aria-description={action.reason ?? undefined}
            loading={busy === action.id}
            onClick={() => run(action)}
          >
            {action.label}
          </Button>
        </Tooltip>
      ))}
      {inMenu.length + others.length > 0 && (
        <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={t('verbs.more')}>
              <IconDotsVertical size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown miw={240}>
            <VerbMenuItems verbs={inMenu} others={others} run={run} />
          </Menu.Dropdown>
        </Menu>
      )}
      <ActionDialog
        web={web}
        resource={resource}
        action={dialog}
        close={() => setDialog(null)}
        gone={() => void navigate({ to: `/${web.kind.plural}` })}
      />
    </Group>
  );
}
