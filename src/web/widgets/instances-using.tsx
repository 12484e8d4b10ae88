import { Anchor, List, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { instanceKind, type Instance } from '../../kinds/instance/instance.ts';
import { useList } from '../cloud/cloud.tsx';
import { ResourceLink } from './resource-link.tsx';
import { StateBadge } from './state-badge.tsx';

/** More than so many are looked at in the list of instances. */
const shownMax = 50;

/** Which instances use something, e.g. an image; `search`: what finds them in their list. */
export function InstancesUsing({ uses, says, search }: { uses: (instance: Instance) => boolean; says: (count: number) => string; search: string }) {
  const { t } = useTranslation();
  const { items = [] } = useList(instanceKind);
  const found = items.filter((instance) => uses(instance));
  return (
    <Stack gap="xs">
      <Text>{says(found.length)}</Text>
      <List listStyleType="none" spacing={6}>
        {found.slice(0, shownMax).map((instance) => (
          <List.Item key={instance.id}>
            <ResourceLink kind={instanceKind} id={instance.id} name={instance.name} /> <StateBadge kind="instance" state={instance.state} size="sm" />
          </List.Item>
        ))}
      </List>
      {found.length > 0 && (
        <Anchor size="sm" renderRoot={(props) => <Link to={`/instances${search}`} {...props} />}>
          {t('list:openInList')}
        </Anchor>
      )}
    </Stack>
  );
}
