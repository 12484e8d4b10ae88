import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { groupKind } from '../../kinds/group/group.ts';
import { projectKind } from '../../kinds/project/project.ts';
import { userKind } from '../../kinds/user/user.ts';
import { useAccount } from '../cloud/use-account.ts';
import { useList } from '../cloud/cloud.tsx';
import { useUser } from '../shell/session.tsx';
import { ResourceLink } from './resource-link.tsx';

/** Enough to tell one id from another. */
const idLengthShown = 10;

/** Who somebody is, where only the id is known: by name where the reader may know it, from accounts or from who is in what. */
export function PersonName({ id }: { id: string }) {
  const { t } = useTranslation();
  const user = useUser();
  const account = useAccount(id);
  const { items: projects = [] } = useList(projectKind);
  const { items: groups = [] } = useList(groupKind);
  if (id === 'system') return <>{t('person.system')}</>;
  if (account !== undefined) return <ResourceLink kind={userKind} id={id} name={account.name} fw={500} />;
  if (id === user.id) return <>{user.name}</>;
  for (const { spec } of projects) for (const member of spec.members) if (member.id === id) return <>{member.name}</>;
  for (const { spec } of groups) for (const member of spec.members) if (member.user === id) return <>{member.name}</>;
  return (
    <Text span inherit c="dimmed" title={id}>
      {id.slice(0, idLengthShown)}…
    </Text>
  );
}
