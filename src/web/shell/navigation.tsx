import { Badge, NavLink, ScrollArea, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconLayoutDashboard, IconRocket, IconSettings, IconShieldCog } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useWaitingRegistrations } from '../admin/registrations.ts';
import { webKinds } from '../../kinds/web.ts';
import { seesWholeCloud } from '../cloud/access.ts';
import { useList } from '../cloud/cloud.tsx';
import { useUser } from './session.tsx';
import type { AnyWebKind } from '../web-kind.ts';

export function Navigation() {
  const { t } = useTranslation();
  const seesAll = seesWholeCloud(useUser());
  return (
    <ScrollArea h="100%">
      <Stack gap={2}>
        <Entry to="/" label={t('overview.title')} icon={IconLayoutDashboard} />
        <Entry to="/launch" label={t('launch')} icon={IconRocket} />
        {(['use', 'cloud'] as const).map((section) => (
          <Stack key={section} gap={2} mt="sm">
            <Text size="xs" c="dimmed" fw={600} px="sm" component="h2" m={0}>
              {t(`sections.${section}`)}
            </Text>
            {webKinds
              .filter((web) => web.section === section && (web.isForWholeCloud !== true || seesAll))
              .map((web) => (
                <KindEntry key={web.kind.name} web={web} />
              ))}
          </Stack>
        ))}
        <Stack gap={2} mt="sm">
          <Entry to="/settings" label={t('settings.title')} icon={IconSettings} />
          {seesAll && <AdministrationEntry />}
        </Stack>
      </Stack>
    </ScrollArea>
  );
}

function KindEntry({ web }: { web: AnyWebKind }) {
  const { t } = useTranslation();
  // A kind with a page of its own (events) may be too long to be held whole. Of those that are, the count is shown once they are.
  const { items } = useList(web.kind, { isWanted: web.List === undefined && web.isReadOnDemand !== true });
  return <Entry to={`/${web.kind.plural}`} label={t(`${web.kind.name}:title`)} icon={web.icon} count={items?.length} />;
}

/** With how many wait for an account. */
function AdministrationEntry() {
  const { t } = useTranslation();
  const count = useWaitingRegistrations();
  return (
    <Entry
      to="/administration"
      label={t('administration')}
      icon={IconShieldCog}
      count={count}
      countSays={count === undefined || count === 0 ? undefined : t('waiting', { count })}
    />
  );
}

interface EntryProps {
  readonly to: string;
  readonly label: string;
  readonly icon: AnyWebKind['icon'];
  readonly count?: number | undefined;
  /** Where the number asks for something: said to who does not see it too. */
  readonly countSays?: string | undefined;
}

function Entry({ to, label, icon: Icon, count, countSays }: EntryProps) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isHere = to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`);
  return (
    <NavLink
      renderRoot={(props) => <Link to={to} {...props} />}
      active={isHere}
      aria-current={isHere ? 'page' : undefined}
      label={label}
      leftSection={<Icon size={18} stroke={1.6} />}
      rightSection={
        count === undefined || count === 0 ? null : (
          <>
            <Badge size="sm" variant="light" color={countSays === undefined ? 'gray' : 'orange'} title={countSays} aria-hidden>
              {count}
            </Badge>
            {countSays !== undefined && <VisuallyHidden>{countSays}</VisuallyHidden>}
          </>
        )
      }
      py={6}
      bdrs="md"
    />
  );
}
