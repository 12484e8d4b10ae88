import { Alert, Button, Group, Stack, Switch, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../../account/section.tsx';
import { announce } from '../../widgets/announcer.tsx';
import { useUnsaved } from '../../widgets/form/unsaved.ts';
import { useSending } from '../../widgets/form/use-sending.ts';
import { ProblemText } from '../../widgets/problem.tsx';
import { ChangedMeanwhile } from './changed-meanwhile.tsx';
import { freshOf, plain, sentOf, type Fields, type Shape } from './shape.ts';
import { isAsBefore, type Known, type Save } from './use-settings.ts';
import { FieldsInput } from './value-input.tsx';

export interface SettingsProps {
  readonly known: Known;
  /** Of all settings. */
  readonly shape: Shape;
  readonly save: Save;
  readonly isReadOnly: boolean;
}

/** One section of the settings; what is saved is this section alone. */
export function SectionForm({ known, shape, save, isReadOnly, name }: SettingsProps & { name: string }) {
  const { t } = useTranslation();
  const whole = shape.properties?.[name] ?? {};
  const { shape: own, isNullable } = plain(whole);
  const kept = known.settings[name] ?? null;
  const [typed, setTyped] = useState<{ value: unknown; base: Known } | null>(null);
  const [isSaved, setSaved] = useState(false);
  const sending = useSending();
  const value = typed === null ? kept : typed.value;
  const isChanged = JSON.stringify(value) !== JSON.stringify(kept);
  const isOutdated = typed !== null && !isAsBefore(typed.base, known, [name]);
  useUnsaved(isChanged);
  const change = (next: unknown) => {
    setSaved(false);
    setTyped({ value: next, base: typed?.base ?? known });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await sending.send(() => save({ [name]: sentOf(whole, value) }, typed?.base ?? known)))) return;
    setTyped(null);
    setSaved(true);
    announce(t('admin:settings.saved'));
  };
  const showNewest = () => {
    setTyped(null);
    sending.forget();
  };
  const errorOf = (path: string) => sending.errorOf(path) ?? sending.errorOf(`${name}.${path}`);
  return (
    <Section title={t(`admin:settings.sections.${name}`)} {...(name === 'quotas' ? { says: t('admin:settings.quotasSay') } : {})}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm" mt="xs">
          {isNullable && (
            <Switch
              label={t('admin:settings.isOn')}
              checked={value !== null}
              disabled={isReadOnly}
              onChange={(event) => change(event.currentTarget.checked ? freshOf(own) : null)}
            />
          )}
          {value !== null && <FieldsInput shape={own} value={value as Fields} onChange={change} errorOf={errorOf} path="" isReadOnly={isReadOnly} />}
          {isOutdated && <ChangedMeanwhile showNewest={showNewest} />}
          {sending.problem !== null && !isOutdated && (
            <Alert color="red" role="alert">
              <ProblemText problem={sending.problem} />
            </Alert>
          )}
          {!isReadOnly && (
            <Group justify="end">
              {isSaved && !isChanged && (
                <Text size="sm" c="dimmed">
                  {t('admin:settings.saved')}
                </Text>
              )}
              <Button
                type="submit"
                size="sm"
                loading={sending.isBusy}
                disabled={!isChanged || isOutdated}
                aria-label={`${t('admin:settings.save')}: ${t(`admin:settings.sections.${name}`)}`}
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
