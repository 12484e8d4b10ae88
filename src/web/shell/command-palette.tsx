import '@mantine/spotlight/styles.css';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { webKinds } from '../../kinds/web.ts';
import { adminPages } from '../admin/admin-pages.ts';
import { adminWords } from '../admin/admin.words.ts';
import { seesWholeCloud } from '../cloud/access.ts';
import { useList } from '../cloud/cloud.tsx';
import { addWords, languages, speak, type Language } from '../words/index.ts';
import { useMantineColorScheme } from '@mantine/core';
import type { AnyWebKind } from '../web-kind.ts';
import { useUser } from './session.tsx';
import { typeAhead } from './type-ahead.ts';

addWords('admin', adminWords);

/** Rows of one kind offered at once: more are found by typing on. */
const shownMax = 8;
const held = webKinds.filter((web) => web.List === undefined);

/** Ctrl-K: every page, every resource by name, address or id, and what can be done from anywhere. */
export function CommandPalette() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const [query, setQuery] = useState('');
  const seesAll = seesWholeCloud(useUser());
  const resources = held.map((web) => useGroup(web, query));
  const go = (to: string) => () => void navigate({ to });
  const pages: SpotlightActionGroupData = {
    group: t('palette.pages'),
    actions: [
      { id: 'overview', label: t('overview.title'), onClick: go('/') },
      { id: 'launch', label: t('launch'), onClick: go('/launch') },
      ...webKinds
        .filter((web) => web.section !== null && (web.isForWholeCloud !== true || seesAll))
        .map((web) => ({ id: web.kind.plural, label: t(`${web.kind.name}:title`), onClick: go(`/${web.kind.plural}`) })),
      { id: 'settings', label: t('settings.title'), onClick: go('/settings') },
      { id: 'profile', label: t('profile'), onClick: go('/profile') },
      ...(seesAll ? adminPages : []).map((page) => ({
        id: `administration-${page}`,
        label: `${t('administration')} › ${t(`admin:pages.${page}`)}`,
        onClick: () => void navigate({ to: '/administration', search: { page } }),
      })),
    ],
  };
  const commands: SpotlightActionGroupData = {
    group: t('palette.commands'),
    actions: [
      ...(['light', 'dark', 'auto'] as const).map((scheme) => ({
        id: scheme,
        label: `${t('theme.title')}: ${t(`theme.${scheme}`)}`,
        onClick: () => setColorScheme(scheme),
      })),
      ...Object.entries(languages).map(([language, name]) => ({
        id: language,
        label: `${t('language')}: ${name}`,
        onClick: () => speak(language as Language),
      })),
    ],
  };
  return (
    <Spotlight
      // The shell opens it, and holds what is typed meanwhile.
      shortcut={null}
      query={query}
      onQueryChange={setQuery}
      actions={[pages, ...resources.filter((group) => group.actions.length > 0), commands]}
      nothingFound={t('palette.nothing')}
      highlightQuery
      attributes={{ content: { 'aria-label': t('palette.open') } }}
      // Of what is chosen, over the accent: as readable as its name.
      styles={{ actionDescription: { opacity: 1 } }}
      scrollable
      maxHeight={420}
      searchProps={{
        ref: takeTyped,
        leftSection: <IconSearch size={18} />,
        placeholder: t('palette.placeholder'),
        'aria-label': t('palette.placeholder'),
      }}
    />
  );
}

/** Mantine gives the field its focus a moment later: whoever types fast would be typing past it. */
function takeTyped(field: HTMLInputElement | null): void {
  if (field === null) return;
  field.focus({ preventScroll: true });
  const { text, isSent } = typeAhead.take();
  if (text === '') return;
  // As if typed into it, once it is drawn.
  queueMicrotask(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    // After its matches are drawn, and the first of them is chosen.
    if (isSent) setTimeout(() => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true })));
  });
}

function useGroup(web: AnyWebKind, query: string): SpotlightActionGroupData {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const wanted = query.trim().toLowerCase();
  const { items = [] } = useList(web.kind, { isWanted: web.isReadOnDemand !== true || wanted !== '' });
  const found =
    wanted === ''
      ? []
      : items.filter((each) => each.name.includes(wanted) || each.id === wanted || addressesOf(each).includes(wanted)).slice(0, shownMax);
  return {
    group: t(`${web.kind.name}:title`),
    actions: found.map((each) => ({
      id: each.id,
      label: each.name,
      description: t(`${web.kind.name}:states.${each.state}`),
      keywords: addressesOf(each),
      onClick: () => void navigate({ to: `/${web.kind.plural}/${each.id}` }),
    })),
  };
}

function addressesOf({ spec }: { spec: { nics?: readonly { address: string }[] } }): string {
  return spec.nics?.map((nic) => nic.address).join(' ') ?? '';
}
