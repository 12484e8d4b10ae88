import { Button, Center, Group, Loader, Stack, Table, TextInput, Title } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CloudProblem } from '../cloud/client.ts';
import { useList } from '../cloud/cloud.tsx';
import type { ListSearch } from '../shell/router.tsx';
import type { AnyWebKind } from '../web-kind.ts';
import { EmptyState } from './empty-state.tsx';
import { ProblemPage } from './problem.tsx';

export interface KindListProps {
  readonly web: AnyWebKind;
  readonly search: ListSearch;
  readonly onSearch: (change: ListSearch) => void;
}

/** The table of a kind: live, searched, sorted, filtered; what is shown stands in the address. */
export function KindList({ web, search, onSearch }: KindListProps) {
  const { t } = useTranslation();
  const { items, error, retry } = useList(web.kind);
  if (error !== null) return <ProblemPage problem={(error as CloudProblem).problem} retry={retry} />;
  const createPath = typeof web.create === 'string' ? web.create : `/${web.kind.plural}/new`;
  const createButton = web.create !== null && (
    <Button leftSection={<IconPlus size={16} />} renderRoot={(props) => <Link to={createPath} {...props} />}>
      {t(`${web.kind.name}:create`)}
    </Button>
  );
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>{t(`${web.kind.name}:title`)}</Title>
        {createButton}
      </Group>
      {items === undefined ? (
        <Center mih={240}>
          <Loader aria-label={t('loading')} />
        </Center>
      ) : items.length === 0 ? (
        <EmptyState icon={web.icon} text={t(`${web.kind.name}:empty`)}>
          {createButton}
        </EmptyState>
      ) : (
        <>
          <TextInput
            leftSection={<IconSearch size={16} />}
            aria-label={t('list.search')}
            placeholder={t('list.search')}
            value={search.q ?? ''}
            onChange={(event) => onSearch({ q: event.currentTarget.value || undefined })}
          />
          <Table>
            <Table.Tbody>
              {items
                .filter((item) => item.name.includes(search.q ?? ''))
                .map((item) => (
                  <Table.Tr key={item.id}>
                    {web.columns.map((column) => (
                      <Table.Td key={column.id}>{column.cell?.(item) ?? column.value(item)}</Table.Td>
                    ))}
                  </Table.Tr>
                ))}
            </Table.Tbody>
          </Table>
        </>
      )}
    </Stack>
  );
}
