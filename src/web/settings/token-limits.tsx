import { Button, Collapse, NativeSelect, SimpleGrid, Stack, Switch, TagsInput, Text } from '@mantine/core';
import { useDisclosure, useId } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { projectRoles, type ProjectRole } from '../../core/role.ts';
import { projectKind } from '../../kinds/project/project.ts';
import { useList } from '../cloud/cloud.tsx';
import { presetOf, tokenPresets, type TokenPreset } from './token-presets.ts';

/** What a token is limited to, as the API tells it. */
export interface Scope {
  /** Id. */
  readonly project: string | null;
  readonly role: string | null;
  readonly verbs: readonly string[] | null;
  readonly addresses: readonly string[] | null;
}

export interface TokenLimits {
  /** Id; '': all. */
  readonly project: string;
  readonly role: ProjectRole | '';
  readonly preset: TokenPreset;
  readonly addresses: readonly string[];
  readonly oneTime: boolean;
}

export const noLimits: TokenLimits = { project: '', role: '', preset: 'all', addresses: [], oneTime: false };

/** Their part of the request. */
export function bodyOfLimits({ project, role, preset, addresses, oneTime }: TokenLimits): Record<string, unknown> {
  const verbs = tokenPresets[preset];
  return {
    ...(project === '' ? {} : { project }),
    ...(role === '' ? {} : { role }),
    ...(verbs === null ? {} : { verbs }),
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(oneTime ? { oneTime } : {}),
  };
}

interface LimitsInputProps {
  readonly value: TokenLimits;
  readonly onChange: (value: TokenLimits) => void;
  readonly addressesError: string | undefined;
}

/** Folded away: most tokens are for the command line of their owner. */
export function LimitsInput({ value, onChange, addressesError }: LimitsInputProps) {
  const { t } = useTranslation();
  const [isOpen, fold] = useDisclosure(false);
  const id = useId();
  const { items: projects = [] } = useList(projectKind);
  const set = (change: Partial<TokenLimits>) => onChange({ ...value, ...change });
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <Button
        variant="subtle"
        px={4}
        size="compact-sm"
        leftSection={<Chevron size={16} />}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={fold.toggle}
      >
        {t('settings:tokens.form.limits')}
      </Button>
      <Collapse expanded={isOpen} id={id}>
        <Stack gap="sm" pt="xs">
          <Text size="sm" c="dimmed">
            {t('settings:tokens.form.limitsSay')}
          </Text>
          <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
            <NativeSelect
              label={t('settings:tokens.form.project')}
              value={value.project}
              onChange={(event) => set({ project: event.currentTarget.value })}
              data={[
                { value: '', label: t('settings:tokens.form.allProjects') },
                ...projects.map(({ id: key, name }) => ({ value: key, label: name })),
              ]}
            />
            <NativeSelect
              label={t('settings:tokens.form.role')}
              value={value.role}
              onChange={(event) => set({ role: event.currentTarget.value as ProjectRole | '' })}
              data={[
                { value: '', label: t('settings:tokens.form.ownRole') },
                ...projectRoles.map((role) => ({ value: role, label: t(`roles.${role}`) })),
              ]}
            />
            <NativeSelect
              label={t('settings:tokens.form.verbs')}
              value={value.preset}
              onChange={(event) => set({ preset: event.currentTarget.value as TokenPreset })}
              data={(Object.keys(tokenPresets) as TokenPreset[]).map((preset) => ({
                value: preset,
                label: t(`settings:tokens.form.presets.${preset}`),
              }))}
            />
          </SimpleGrid>
          <TagsInput
            label={t('settings:tokens.form.addresses')}
            description={t('settings:tokens.form.addressesHelp')}
            value={[...value.addresses]}
            onChange={(addresses) => set({ addresses })}
            splitChars={[',', ';', ' ']}
            acceptValueOnBlur
            error={addressesError}
            spellCheck={false}
          />
          <Switch
            label={t('settings:tokens.form.oneTime')}
            checked={value.oneTime}
            onChange={(event) => set({ oneTime: event.currentTarget.checked })}
          />
        </Stack>
      </Collapse>
    </div>
  );
}

/** In a few words; a dash: it is good for all that its owner may. */
export function LimitsOf({ scope, oneTime }: { scope: Scope | null; oneTime: boolean }) {
  const { t } = useTranslation();
  const { byId } = useList(projectKind);
  const { project = null, role = null, verbs = null, addresses = null } = scope ?? {};
  const preset = presetOf(verbs);
  const said = [
    ...(project === null ? [] : [t('settings:tokens.limit.project', { name: byId?.get(project)?.name ?? project })]),
    ...(role === null ? [] : [t('settings:tokens.limit.role', { role: t(`roles.${role}`) })]),
    ...(verbs === null ? [] : preset === null ? verbs : [t(`settings:tokens.form.presets.${preset}`)]),
    ...(addresses === null ? [] : [t('settings:tokens.limit.from', { addresses: addresses.join(' ') })]),
    ...(oneTime ? [t('settings:tokens.limit.oneTime')] : []),
  ];
  return <>{said.length === 0 ? t('settings:tokens.unlimited') : said.join(', ')}</>;
}
