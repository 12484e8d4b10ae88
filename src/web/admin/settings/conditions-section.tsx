import { Alert, Badge, Button, Group, SimpleGrid, Stack, Switch, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../../account/section.tsx';
import { useUnsaved } from '../../widgets/form/unsaved.ts';
import { useSending } from '../../widgets/form/use-sending.ts';
import { ProblemText } from '../../widgets/problem.tsx';
import { ChangedMeanwhile } from './changed-meanwhile.tsx';
import type { SettingsProps } from './section-form.tsx';
import { isAsBefore, type Known } from './use-settings.ts';

type Typed = { readonly en: string; readonly fr: string } | null;

interface Kept {
  readonly version: number;
  readonly text: { readonly en: string; readonly fr: string | null };
}

/** Both languages side by side; the version is the cloud's. */
export function ConditionsSection({ known, save, isReadOnly }: SettingsProps) {
  const { t } = useTranslation();
  const kept = known.settings['conditions'] as Kept | null;
  const [typed, setTyped] = useState<{ value: Typed; base: Known } | null>(null);
  const before = kept === null ? null : { en: kept.text.en, fr: kept.text.fr ?? '' };
  const value = typed === null ? before : typed.value;
  const isChanged = JSON.stringify(value) !== JSON.stringify(before);
  const sending = useSending();
  const isOutdated = typed !== null && !isAsBefore(typed.base, known, ['conditions']);
  useUnsaved(isChanged);
  const change = (next: Typed) => setTyped({ value: next, base: typed?.base ?? known });
  const showNewest = () => {
    setTyped(null);
    sending.forget();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const conditions = value === null ? null : { text: { en: value.en, fr: value.fr.trim() === '' ? null : value.fr } };
    if (await sending.send(() => save({ conditions }, typed?.base ?? known))) setTyped(null);
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
            onChange={(event) => change(event.currentTarget.checked ? (before ?? { en: '', fr: '' }) : null)}
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
                onChange={(event) => change({ ...value, en: event.currentTarget.value })}
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
                onChange={(event) => change({ ...value, fr: event.currentTarget.value })}
              />
            </SimpleGrid>
          )}
          {isOutdated && <ChangedMeanwhile showNewest={showNewest} />}
          {sending.problem !== null && !isOutdated && (
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
                disabled={!isChanged || isOutdated}
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
