import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { webKindByPlural } from '../../kinds/web.ts';
import { useMayList } from '../cloud/access.ts';
import type { AnyWebKind } from '../web-kind.ts';
import { KindList } from '../widgets/kind-list.tsx';
import { MissingPage } from './missing-page.tsx';

const route = getRouteApi('/$plural');

export function ListPage() {
  const { t } = useTranslation();
  const { plural } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const web = webKindByPlural(plural);
  const mayList = useMayList();
  const shown = useShownColumns(web);
  if (web === undefined || shown === undefined) return <MissingPage />;
  if (!mayList(web.kind)) return <MissingPage title={t(`${web.kind.name}:title`)} text={t('access.auditor')} />;
  if (web.List !== undefined) return <web.List key={plural} />;
  return (
    <KindList
      // Columns bring hooks of their own.
      key={`${plural} ${shown.columns.length}`}
      web={shown}
      search={search}
      onSearch={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
    />
  );
}

/** Without what tells of things that the reader may not see. */
function useShownColumns(web: AnyWebKind | undefined): AnyWebKind | undefined {
  const mayList = useMayList();
  return useMemo(
    () => (web === undefined ? undefined : { ...web, columns: web.columns.filter(({ tellsOf }) => tellsOf === undefined || mayList(tellsOf)) }),
    [web, mayList],
  );
}
