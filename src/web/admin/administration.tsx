import { Stack, Tabs, Text, Title } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { doorWords } from '../door/door.words.ts';
import { useUser } from '../shell/session.tsx';
import { addWords } from '../words/index.ts';
import { adminPages, type AdminPage } from './admin-pages.ts';
import { adminWords } from './admin.words.ts';
import { Audit } from './audit.tsx';
import { Courses } from './courses.tsx';
import { Requests } from './requests.tsx';
import { SiteSettings } from './settings/site-settings.tsx';

addWords('admin', adminWords);
addWords('door', doorWords);
const route = getRouteApi('/administration');
const pages: Readonly<Record<AdminPage, () => ReactNode>> = { requests: Requests, courses: Courses, settings: SiteSettings, audit: Audit };

/** What concerns the people of the cloud as a whole. */
export function Administration() {
  const { t } = useTranslation();
  const { role } = useUser();
  const { page = 'requests' } = route.useSearch();
  const navigate = route.useNavigate();
  const current = adminPages.find((each) => each === page) ?? 'requests';
  if (role === 'user') return <Text>{t('admin:none')}</Text>;
  const Page = pages[current];
  return (
    <Stack gap="md">
      <Title order={1}>{t('admin:title')}</Title>
      <Tabs value={current} onChange={(next) => void navigate({ search: { page: next ?? undefined } })} keepMounted={false}>
        <Tabs.List>
          {adminPages.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`admin:pages.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={current} pt="md">
          <Page />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
