import { Title } from '@mantine/core';
import { getRouteApi, Navigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { webKindByPlural } from '../../kinds/web.ts';
import { useForbidden } from '../cloud/access.ts';
import { MissingPage } from './missing-page.tsx';

const route = getRouteApi('/$plural/new');

export function CreatePage() {
  const { t } = useTranslation();
  const { plural } = route.useParams();
  const forbidden = useForbidden();
  const web = webKindByPlural(plural);
  if (web === undefined || web.create === null) return <MissingPage />;
  const reason = forbidden(web.kind, 'create', null);
  if (reason !== null) return <MissingPage title={t(`${web.kind.name}:create`)} text={reason} />;
  if (typeof web.create === 'string') return <Navigate to={web.create} replace />;
  return (
    <>
      <Title order={1} mb="lg">
        {t(`${web.kind.name}:create`)}
      </Title>
      <web.create />
    </>
  );
}
