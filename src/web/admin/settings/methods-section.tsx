import { Alert, Button, Group, Menu, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../../account/section.tsx';
import { Sure } from '../../account/sure.tsx';
import { FormDialog } from '../../widgets/form/leave-question.tsx';
import { useUnsaved } from '../../widgets/form/unsaved.ts';
import { useSending } from '../../widgets/form/use-sending.ts';
import { ProblemText } from '../../widgets/problem.tsx';
import { ChangedMeanwhile } from './changed-meanwhile.tsx';
import { MethodCard, methodName } from './method-card.tsx';
import type { SettingsProps } from './section-form.tsx';
import { formsOf, freshOf, sentOf, type Fields, type Shape } from './shape.ts';
import type { Known } from './use-settings.ts';
import { FieldsInput } from './value-input.tsx';

/** Ways to log in, in their order; each change is saved as it is made. */
export function MethodsSection({ known, shape, save, isReadOnly }: SettingsProps) {
  const { t } = useTranslation();
  const list = shape.properties?.['methods'] ?? {};
  const forms = formsOf(list);
  const methods = methodsOf(known);
  /** `at` null: a new one. `base`: what the reader saw when they began. */
  const [edited, setEdited] = useState<{ at: number | null; value: Fields; base: Known } | null>(null);
  const [removed, setRemoved] = useState<{ at: number; value: Fields; base: Known } | null>(null);
  const sending = useSending();
  const put = (next: readonly Fields[], base: Known) => save({ methods: next.map((each) => sentOf(forms[String(each['type'])] ?? {}, each)) }, base);
  const move = (from: number, to: number) => sending.send(() => put(methods.toSpliced(from, 1).toSpliced(to, 0, methods[from] as Fields), known));
  return (
    <Section
      title={t('admin:settings.sections.methods')}
      says={t('admin:settings.methods.says')}
      {...(isReadOnly
        ? {}
        : {
            action: (
              <Menu position="bottom-end">
                <Menu.Target>
                  <Button size="xs" variant="default" leftSection={<IconPlus size={16} />}>
                    {t('admin:settings.methods.add')}
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  {Object.entries(forms)
                    .filter(([type]) => type !== 'local' || !methods.some((each) => each['type'] === 'local'))
                    .map(([type, form]) => (
                      <Menu.Item key={type} onClick={() => setEdited({ at: null, value: freshOf(form), base: known })}>
                        {t(`admin:settings.methods.types.${type}`, { defaultValue: type })}
                      </Menu.Item>
                    ))}
                </Menu.Dropdown>
              </Menu>
            ),
          })}
    >
      <Stack gap="xs">
        {methods.map((method, at) => (
          <MethodCard
            key={String(method['name'])}
            method={method}
            at={at}
            count={methods.length}
            isReadOnly={isReadOnly}
            move={(to) => void move(at, to)}
            edit={() => setEdited({ at, value: method, base: known })}
            remove={() => setRemoved({ at, value: method, base: known })}
          />
        ))}
        {sending.problem !== null && (
          <Alert color="red" role="alert">
            {sending.problem.code === 'CHANGED_MEANWHILE' ? (
              <Text size="sm">{t('admin:settings.meanwhile.list')}</Text>
            ) : (
              <ProblemText problem={sending.problem} />
            )}
          </Alert>
        )}
      </Stack>
      {removed !== null && (
        <Sure
          title={t('admin:settings.methods.removeTitle', { name: methodName(removed.value) })}
          says={t('admin:settings.methods.removeSays')}
          label={t('admin:settings.methods.removeDo')}
          act={() => put(methodsOf(removed.base).toSpliced(removed.at, 1), removed.base)}
          done={sending.forget}
          close={() => setRemoved(null)}
        />
      )}
      <FormDialog
        opened={edited !== null}
        onClose={() => setEdited(null)}
        size="xl"
        title={
          edited === null ? '' : t(`admin:settings.methods.types.${String(edited.value['type'])}`, { defaultValue: String(edited.value['type']) })
        }
      >
        {edited !== null && (
          <MethodForm
            shape={forms[String(edited.value['type'])] ?? {}}
            before={edited.value}
            place={edited.at ?? methodsOf(edited.base).length}
            put={(method) => {
              const before = methodsOf(edited.base);
              return put(edited.at === null ? [...before, method] : before.with(edited.at, method), edited.base);
            }}
            close={() => setEdited(null)}
          />
        )}
      </FormDialog>
    </Section>
  );
}

function methodsOf({ settings }: Known): readonly Fields[] {
  return (settings['methods'] ?? []) as readonly Fields[];
}

interface MethodFormProps {
  readonly shape: Shape;
  readonly before: Fields;
  /** Its place in the list: how the cloud names its fields in errors. */
  readonly place: number;
  /** Throws CloudProblem. */
  readonly put: (method: Fields) => Promise<void>;
  readonly close: () => void;
}

function MethodForm({ shape, before, place, put, close }: MethodFormProps) {
  const { t } = useTranslation();
  const [value, setValue] = useState(before);
  const sending = useSending();
  useUnsaved(JSON.stringify(value) !== JSON.stringify(before));
  const isOutdated = sending.problem?.code === 'CHANGED_MEANWHILE';
  const submit = async () => {
    if (await sending.send(() => put(value))) close();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Stack>
        <FieldsInput
          shape={shape}
          value={value}
          onChange={(next) => setValue(next as Fields)}
          errorOf={(path) => sending.errorOf(`methods.${place}.${path}`) ?? sending.errorOf(path)}
          path=""
          without={['type']}
          isReadOnly={false}
        />
        {isOutdated && <ChangedMeanwhile showNewest={close} />}
        {sending.problem !== null && !isOutdated && (
          <Alert color="red" role="alert">
            <ProblemText problem={sending.problem} />
          </Alert>
        )}
        <Group justify="end">
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={sending.isBusy} disabled={isOutdated}>
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
