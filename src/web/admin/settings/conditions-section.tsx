import { Alert, Badge, Button, Group, SimpleGrid, Stack, Switch, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../../account/section.tsx';
import { useUnsaved } from '../../widgets/form/unsaved.ts';
import { useSending } from '../../widgets/form/use-sending.ts';
import { ProblemText } from '../../widgets/problem.tsx';
import type { SettingsProps } from './section-form.tsx';

interface Kept {
  readonly version: number;
  readonly text: { readonly en: string; readonly fr: string | null };
}

/** Both languages side by side; the version is the cloud's. */
export function ConditionsSection({ settings, save, isReadOnly }: SettingsProps) {
  const { t } = useTranslation();
  const kept = settings['conditions'] as Kept | null;
  const [typed, setTyped] = useState<{ en: string; fr: string } | null | undefined>(undefined);
  const before = kept === null ? null : { en: kept.text.en, fr: kept.text.fr ?? '' };
  const value = typed === undefined ? before : typed;
  const isChanged = JSON.stringify(value) !== JSON.stringify(before);
  const sending = useSending();
  useUnsaved(isChanged);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const conditions = value === null ? null : { text: { en: value.en, fr: value.fr.trim() === '' ? null : value.fr } };
    if (await sending.send(() => save({ conditions }))) setTyped(undefined);
  };
  return (
    <Section
      title={t('admin:settings.sections.conditions')}
      says={t('admin:settings.conditions.says')}
      {...(kept === null
        ? {}
        : {
            action: (
              <Badge variant="light" tt="none">
                {t('admin:settings.conditions.version', { version: kept.version })}
              </Badge>
            ),
          })}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <Switch
            label={t('admin:settings.isOn')}
            checked={value !== null}
            disabled={isReadOnly}
            onChange={(event) => setTyped(event.currentTarget.checked ? (before ?? { en: '', fr: '' }) : null)}
          />
          {value !== null && (
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
              <Textarea
                label={t('admin:settings.conditions.en')}
                lang="en"
                autosize
                minRows={6}
                maxRows={20}
                required
                disabled={isReadOnly}
                value={value.en}
                onChange={(event) => setTyped({ ...value, en: event.currentTarget.value })}
              />
              <Textarea
                label={t('admin:settings.conditions.fr')}
                placeholder={t('admin:settings.conditions.frHelp')}
                lang="fr"
                autosize
                minRows={6}
                maxRows={20}
                disabled={isReadOnly}
                value={value.fr}
                onChange={(event) => setTyped({ ...value, fr: event.currentTarget.value })}
              />
            </SimpleGrid>
          )}
          {sending.problem !== null && (
            <Alert color="red" role="alert">
              <ProblemText problem={sending.problem} />
            </Alert>
          )}
          {!isReadOnly && (
            <Group justify="end">
              <Button
                type="submit"
                size="sm"
                loading={sending.isBusy}
                disabled={!isChanged}
                aria-label={`${t('admin:settings.save')}: ${t('admin:settings.sections.conditions')}`}
              >
                {t('admin:settings.save')}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Section>
  );
}
