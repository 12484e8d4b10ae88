import { ActionIcon, Button, Group, Menu, Paper, Text, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconDotsVertical, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Resource } from '../../../core/resource.ts';
import type { Live } from '../../cloud/contract.ts';
import type { AnyWebKind } from '../../web-kind.ts';
import { BulkDialog } from './bulk-dialog.tsx';
import classes from './kind-list.module.css';

/** What can be done with all that is selected; floats over the table's end. */
export function BulkBar({ web, selected, unselect }: { web: AnyWebKind; selected: readonly Live<Resource>[]; unselect: () => void }) {
  const { t } = useTranslation();
  const [action, setAction] = useState<string | null>(null);
  // What the dialog is about stays, whatever becomes of the rows meanwhile.
  const [asked, setAsked] = useState<readonly Live<Resource>[]>([]);
  const isNarrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const shown = isNarrow ? 2 : web.bulkVerbs.length;
  const choose = (next: string) => {
    setAsked(selected);
    setAction(next);
  };
  return (
    <>
      {selected.length > 0 && (
        <Paper role="region" aria-label={t('list:bulk.region')} className={classes['bulk']} withBorder shadow="md" p="xs">
          <Group gap="xs" justify="center">
            <Text size="sm" fw={600} px="xs">
              {t('list:selected', { count: selected.length })}
            </Text>
            {web.bulkVerbs.slice(0, shown).map((verb) => (
              <Button key={verb} size="xs" variant="default" onClick={() => choose(verb)}>
                {t(`${web.kind.name}:verbs.${verb}.name`)}
              </Button>
            ))}
            {web.bulkVerbs.length > shown && (
              <Menu position="top-end" withinPortal={false} withInitialFocusPlaceholder={false}>
                <Menu.Target>
                  <ActionIcon variant="default" size={30} aria-label={t('verbs.more')}>
                    <IconDotsVertical size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  {web.bulkVerbs.slice(shown).map((verb) => (
                    <Menu.Item key={verb} onClick={() => choose(verb)}>
                      {t(`${web.kind.name}:verbs.${verb}.name`)}
                    </Menu.Item>
                  ))}
                </Menu.Dropdown>
              </Menu>
            )}
            {web.canDelete && (
              <Button size="xs" variant="light" color="red" onClick={() => choose('delete')}>
                {t('verbs.delete')}
              </Button>
            )}
            <Tooltip label={t('list:unselect')}>
              <ActionIcon variant="subtle" color="gray" aria-label={t('list:unselect')} onClick={unselect}>
                <IconX size={16} />
              </ActionIcon>
            </Tooltip>
          </Group>
        </Paper>
      )}
      <BulkDialog web={web} action={action} resources={asked} close={() => setAction(null)} done={unselect} />
    </>
  );
}
