import { ActionIcon, Button, Card, Group, Menu, Stack, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../../account/section.tsx';
import { FormEnd } from '../../widgets/form/form-end.tsx';
import { FormDialog } from '../../widgets/form/leave-question.tsx';
import { useUnsaved } from '../../widgets/form/unsaved.ts';
import { useSending } from '../../widgets/form/use-sending.ts';
import { ProblemAlert } from '../../widgets/problem.tsx';
import type { SettingsProps } from './section-form.tsx';
import { formsOf, freshOf, sentOf, type Fields, type Shape } from './shape.ts';
import { FieldsInput } from './value-input.tsx';

/** Ways to log in, in their order; each change is saved as it is made. */
export function MethodsSection({ settings, shape, save, isReadOnly }: SettingsProps) {
  const { t } = useTranslation();
  const list = shape.properties?.['methods'] ?? {};
  const forms = formsOf(list);
  const methods = (settings['methods'] ?? []) as readonly Fields[];
  /** `at` null: a new one. */
  const [edited, setEdited] = useState<{ at: number | null; value: Fields } | null>(null);
  const sending = useSending();
  const put = (next: readonly Fields[]) => save({ methods: next.map((each) => sentOf(forms[String(each['type'])] ?? {}, each)) });
  const move = (from: number, to: number) => sending.send(() => put(methods.toSpliced(from, 1).toSpliced(to, 0, methods[from] as Fields)));
  const nameOf = (method: Fields) => String(method['label'] ?? method['name']);
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
                      <Menu.Item key={type} onClick={() => setEdited({ at: null, value: freshOf(form) })}>
                        {t(`admin:settings.methods.types.${type}`, { defaultValue: type })}
                      </Menu.Item>
                    ))}
                </Menu.Dropdown>
              </Menu>
            ),
          })}
    >
      <Stack gap="xs">
        {methods.map((method, at) => {
          const name = nameOf(method);
          const button = { variant: 'subtle', color: 'gray' } as const;
          return (
            <Card key={String(method['name'])} withBorder padding="xs">
              <Group justify="space-between" wrap="nowrap" gap="sm">
                <div>
                  <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
                    {at + 1}. {name}
                  </Text>
                  <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                    {t(`admin:settings.methods.types.${String(method['type'])}`, { defaultValue: String(method['type']) })}
                    {[method['url'], method['issuer'], method['trustDir']].filter((each) => typeof each === 'string').map((each) => ` · ${each}`)}
                  </Text>
                </div>
                {!isReadOnly && (
                  <Group gap={2} wrap="nowrap">
                    <ActionIcon
                      {...button}
                      disabled={at === 0}
                      aria-label={t('admin:settings.methods.up', { name })}
                      onClick={() => void move(at, at - 1)}
                    >
                      <IconArrowUp size={16} />
                    </ActionIcon>
                    <ActionIcon
                      {...button}
                      disabled={at === methods.length - 1}
                      aria-label={t('admin:settings.methods.down', { name })}
                      onClick={() => void move(at, at + 1)}
                    >
                      <IconArrowDown size={16} />
                    </ActionIcon>
                    <ActionIcon {...button} aria-label={t('admin:settings.methods.edit', { name })} onClick={() => setEdited({ at, value: method })}>
                      <IconPencil size={16} />
                    </ActionIcon>
                    <ActionIcon
                      {...button}
                      disabled={methods.length === 1}
                      aria-label={t('admin:settings.methods.remove', { name })}
                      onClick={() => void sending.send(() => put(methods.toSpliced(at, 1)))}
                    >
                      <IconTrash size={16} />
                    </ActionIcon>
                  </Group>
                )}
              </Group>
            </Card>
          );
        })}
        <ProblemAlert problem={sending.problem} />
      </Stack>
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
            place={edited.at ?? methods.length}
            put={(method) => put(edited.at === null ? [...methods, method] : methods.with(edited.at, method))}
            close={() => setEdited(null)}
          />
        )}
      </FormDialog>
    </Section>
  );
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
        <FormEnd problem={sending.problem} label={t('save')} isBusy={sending.isBusy} cancel={close} />
      </Stack>
    </form>
  );
}
