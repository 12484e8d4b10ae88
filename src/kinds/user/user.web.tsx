import { Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { WebKind } from '../../web/web-kind.ts';
import { eventsTab } from '../../web/widgets/events/events-tab.tsx';
import { later } from '../../web/widgets/later.tsx';
import { NameLink } from '../../web/widgets/name-link.tsx';
import { StateBadge } from '../../web/widgets/state-badge.tsx';
import { When } from '../../web/widgets/when.tsx';
import { userKind, type User } from './user.ts';
import { userWords } from './user.words.ts';

export const userWeb: WebKind<typeof userKind> = {
  kind: userKind,
  icon: IconUsers,
  section: 'cloud',
  isForWholeCloud: true,
  isReadOnDemand: true,
  words: userWords,
  canDelete: true,
  bulkVerbs: [],
  verbsInTabs: ['set-quota'],
  administeredFields: ['role', 'isBlocked', 'email'],
  create: later(() => import('./web/create-user.tsx'), 'CreateUser'),
  tabs: [{ id: 'overview', Content: later(() => import('./web/overview-tab.tsx'), 'OverviewTab') }, eventsTab],
  columns: [
    { id: 'name', value: (user) => user.name, cell: (user) => <NameLink kind={userKind} resource={user} /> },
    { id: 'displayName', value: (user) => user.spec.displayName },
    { id: 'role', value: (user) => user.spec.role, cell: (user) => <Role user={user} />, width: '9rem' },
    { id: 'state', value: (user) => user.state, cell: (user) => <StateBadge kind="user" state={user.state} />, width: '8rem' },
    { id: 'email', value: (user) => user.spec.email, wideOnly: true },
    { id: 'created', value: (user) => user.createdAt, cell: (user) => <When at={user.createdAt} />, width: '9rem', wideOnly: true },
  ],
  Summary: function Summary({ resource }) {
    const { t } = useTranslation();
    return (
      <Text size="sm" c="dimmed">
        {[resource.spec.displayName, t(`roles.${resource.spec.role}`)].filter((each) => each !== '').join(' · ')}
      </Text>
    );
  },
  Actions: later(() => import('./web/block-button.tsx'), 'BlockButton'),
};

function Role({ user }: { user: User }) {
  const { t } = useTranslation();
  return <>{t(`roles.${user.spec.role}`)}</>;
}
