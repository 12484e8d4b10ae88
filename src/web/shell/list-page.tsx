import { getRouteApi } from '@tanstack/react-router';
import { webKindByPlural } from '../../kinds/web.ts';
import { KindList } from '../widgets/kind-list.tsx';
import { MissingPage } from './missing-page.tsx';

const route = getRouteApi('/$plural');

export function ListPage() {
  const { plural } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const web = webKindByPlural(plural);
  if (web === undefined) return <MissingPage />;
  if (web.List !== undefined) return <web.List key={plural} />;
  return (
    <KindList
      key={plural}
      web={web}
      search={search}
      onSearch={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
    />
  );
}
