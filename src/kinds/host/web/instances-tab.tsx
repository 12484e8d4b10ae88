import { useMediaQuery } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Resource } from '../../../core/resource.ts';
import type { Live } from '../../../web/cloud/contract.ts';
import { EmptyState } from '../../../web/widgets/empty-state.tsx';
import { useColumnValues } from '../../../web/widgets/kind-list/column-values.ts';
import { KindTable } from '../../../web/widgets/kind-list/kind-table.tsx';
import { ActionDialog } from '../../../web/widgets/verb-actions.tsx';
import { instanceWeb } from '../../instance/instance.web.tsx';
import type { Host } from '../host.ts';
import { useHostLoad } from './load-bars.tsx';

/** What runs here: the table of instances, of this host alone. */
export function InstancesTab({ resource }: { resource: Live<Host> }) {
  const { t } = useTranslation();
  const { instances } = useHostLoad(resource);
  const isNarrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const values = useColumnValues(onThisHost);
  const { sort = 'name' }: { sort?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [asked, setAsked] = useState<{ readonly resource: Live<Resource>; readonly action: string } | null>(null);
  if (instances.length === 0) return <EmptyState icon={instanceWeb.icon} text={t('host:runs.empty')} />;
  return (
    <>
      <KindTable
        web={onThisHost}
        values={values}
        rows={instances}
        sort={sort}
        onSort={(chosen) => void navigate({ to: '.', search: (before: object) => ({ ...before, sort: chosen }), replace: true })}
        selection={noSelection}
        onSelection={() => undefined}
        ask={(row, action) => setAsked({ resource: row, action })}
        isNarrow={isNarrow}
        canSelect={false}
      />
      {asked !== null && (
        <ActionDialog
          web={instanceWeb}
          resource={instances.find(({ id }) => id === asked.resource.id) ?? asked.resource}
          action={asked.action}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}

const noSelection = {};
/** Which host it is need not be said in each row. */
const onThisHost = { ...instanceWeb, columns: instanceWeb.columns.filter((column) => column.id !== 'host') };
