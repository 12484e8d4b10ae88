import { ActionIcon, AppShell, Burger, Group, Kbd, Text, Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconCloud, IconSearch } from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Announcer } from '../widgets/announcer.tsx';
import { LeaveGuard } from '../widgets/form/leave-question.tsx';
import { fetchAllLater } from '../widgets/later.tsx';
import { untilFetched } from '../widgets/until-fetched.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { Navigation } from './navigation.tsx';
import { typeAhead } from './type-ahead.ts';
import { UserMenu } from './user-menu.tsx';

/** Used by few, and not at once. */
const CommandPalette = lazy(async () => ({ default: (await untilFetched(() => import('./command-palette.tsx'))).CommandPalette }));

/** After all that matters now. Not every browser tells when that is. */
function whenIdle(run: () => Promise<void>): () => void {
  const timer = setTimeout(() => void run().catch(() => undefined), 500);
  return () => clearTimeout(timer);
}

export function Shell() {
  const { t } = useTranslation();
  const [isMenuOpen, menu] = useDisclosure(false);
  const [isPaletteWanted, setPaletteWanted] = useState(false);
  const openPalette = () => {
    typeAhead.begin();
    setPaletteWanted(true);
    void untilFetched(() => import('@mantine/spotlight')).then(({ spotlight }) => spotlight.open());
  };
  useHotkeys([['/', openPalette]]);
  // From within a field too; but an editor or a terminal has a meaning of its own for it.
  useHotkeys([['mod + K', openPalette]], ['TEXTAREA']);
  useEffect(() => whenIdle(fetchAllLater), []);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    menu.close();
    // A new page: readers of screens begin at its beginning, as with a page that is loaded.
    if (isFirst.current) isFirst.current = false;
    else main.current?.focus({ preventScroll: true });
    // oxlint-disable-next-line exhaustive-deps -- `menu` is the same for ever
  }, [path]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 252, breakpoint: 'sm', collapsed: { mobile: !isMenuOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <VisuallyHidden>
        <a href="#main">{t('skip')}</a>
      </VisuallyHidden>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isMenuOpen} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label={t('menu')} />
            <UnstyledButton renderRoot={(props) => <Link to="/" {...props} />}>
              <Group gap={8} wrap="nowrap">
                <IconCloud size={26} stroke={1.6} color="var(--mantine-primary-color-filled)" aria-hidden />
                <Text fw={650}>StratusLab</Text>
              </Group>
            </UnstyledButton>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Tooltip label={<SearchHint />}>
              <ActionIcon variant="default" size="lg" aria-label={t('palette.open')} onClick={openPalette}>
                <IconSearch size={18} />
              </ActionIcon>
            </Tooltip>
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('navigation')}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1} style={{ outline: 'none' }}>
        <ConnectionBanner />
        <Outlet />
      </AppShell.Main>
      {isPaletteWanted && (
        <Suspense>
          <CommandPalette />
        </Suspense>
      )}
      <LeaveGuard />
      <Announcer />
    </AppShell>
  );
}

function SearchHint() {
  const { t } = useTranslation();
  return (
    <Group gap={6}>
      {t('palette.open')} <Kbd size="xs">Ctrl K</Kbd>
    </Group>
  );
}
