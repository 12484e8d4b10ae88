import { Button, Menu, useMantineColorScheme } from '@mantine/core';
import {
  IconChevronDown,
  IconDeviceDesktop,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSettings,
  IconShieldCog,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { languages, speak, type Language } from '../words/index.ts';
import { useSession, useUser } from './session.tsx';
import { showProblem } from '../widgets/problem.tsx';

const schemes = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop } as const;

export function UserMenu() {
  const { t, i18n } = useTranslation();
  const { logOut } = useSession();
  const user = useUser();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" width={220} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} />} px="sm">
          {user.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('theme.title')}</Menu.Label>
        {(Object.keys(schemes) as (keyof typeof schemes)[]).map((scheme) => {
          const Icon = schemes[scheme];
          return (
            <Menu.Item
              key={scheme}
              leftSection={<Icon size={16} />}
              aria-current={colorScheme === scheme ? 'true' : undefined}
              fw={colorScheme === scheme ? 650 : undefined}
              onClick={() => setColorScheme(scheme)}
            >
              {t(`theme.${scheme}`)}
            </Menu.Item>
          );
        })}
        <Menu.Label>{t('language')}</Menu.Label>
        {Object.entries(languages).map(([language, name]) => (
          <Menu.Item
            key={language}
            leftSection={<IconLanguage size={16} />}
            lang={language}
            aria-current={i18n.language === language ? 'true' : undefined}
            fw={i18n.language === language ? 650 : undefined}
            onClick={() => speak(language as Language)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconUserCircle size={16} />} renderRoot={(props) => <Link to="/profile" {...props} />}>
          {t('profile')}
        </Menu.Item>
        <Menu.Item leftSection={<IconSettings size={16} />} renderRoot={(props) => <Link to="/settings" {...props} />}>
          {t('settings.title')}
        </Menu.Item>
        {user.role !== 'user' && (
          <Menu.Item leftSection={<IconShieldCog size={16} />} renderRoot={(props) => <Link to="/administration" {...props} />}>
            {t('administration')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void logOut().catch(showProblem)}>
          {t('logOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
