import { Button, Card, Group, NativeSelect, NumberInput, PasswordInput, SimpleGrid, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { fieldLabels, groupLabels, optionLabels } from './field-labels.ts';
import { frenchHelp } from './field-help.fr.ts';
import { freshOf, isSecret, plain, type Fields, type Shape } from './shape.ts';

export interface ValueInputProps {
  readonly name: string;
  readonly shape: Shape;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** What the cloud said against the field at this path; undefined: nothing. */
  readonly errorOf: (path: string) => string | undefined;
  readonly path: string;
  readonly isReadOnly: boolean;
}

/** Texts of this length are files, such as certificates. */
const lineLengthMax = 5_000;

interface FieldText {
  readonly labelOf: (name: string) => string;
  readonly groupLabelOf: (name: string) => string;
  readonly optionOf: (option: string) => string;
  readonly helpOf: (shape: Shape) => string;
}

export function useFieldText(): FieldText {
  const { i18n } = useTranslation();
  const at = i18n.language === 'fr' ? 1 : 0;
  const labelOf = (name: string) => fieldLabels[name]?.[at] ?? name;
  return {
    labelOf,
    groupLabelOf: (name) => groupLabels[name]?.[at] ?? labelOf(name),
    optionOf: (option) => optionLabels[option]?.[at] ?? option,
    helpOf: ({ description = '' }) => (at === 1 ? (frenchHelp[description] ?? '') : /no limit\.$|Sent back/.test(description) ? '' : description),
  };
}

/** The input that fits a value's shape, and all that is in it. */
export function ValueInput(props: ValueInputProps) {
  const { name, value, onChange, errorOf, path, isReadOnly } = props;
  const { t } = useTranslation();
  const { labelOf, optionOf, helpOf } = useFieldText();
  const { shape, isNullable } = plain(props.shape);
  const common = {
    label: labelOf(name),
    description: helpOf(shape),
    error: errorOf(path),
    disabled: isReadOnly,
    ...(isNullable ? { placeholder: t(/no limit/.test(shape.description ?? '') ? 'admin:settings.unlimited' : 'admin:settings.unset') } : {}),
  };
  const text = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const;
  if (isSecret(shape)) return <Secret {...common} value={value} onChange={onChange} />;
  if (shape.enum !== undefined)
    return (
      <NativeSelect
        {...common}
        value={typeof value === 'string' ? value : ''}
        onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
        data={[
          ...(isNullable ? [{ value: '', label: t('admin:settings.unset') }] : []),
          ...shape.enum.map((option) => ({ value: option, label: optionOf(option) })),
        ]}
      />
    );
  switch (shape.type) {
    case 'boolean':
      return (
        <Switch
          label={common.label}
          description={common.description}
          disabled={isReadOnly}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'integer':
    case 'number':
      return (
        <NumberInput
          {...common}
          value={typeof value === 'number' || typeof value === 'string' ? value : ''}
          onChange={onChange}
          clampBehavior="none"
        />
      );
    case 'array':
      return shape.items?.properties === undefined ? (
        <Textarea
          {...common}
          {...text}
          description={`${common.description} ${t('admin:settings.list')}`}
          autosize
          minRows={1}
          value={((value ?? []) as readonly string[]).join('\n')}
          onChange={(event) => onChange(event.currentTarget.value === '' ? [] : event.currentTarget.value.split('\n'))}
        />
      ) : (
        <Rules {...props} shape={shape} />
      );
    case 'object':
      return <Nested {...props} shape={shape} isNullable={isNullable} />;
    default: {
      const typed = typeof value === 'string' ? value : '';
      const change = (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value);
      return (shape.maxLength ?? 0) > lineLengthMax ? (
        <Textarea {...common} {...text} autosize minRows={2} maxRows={8} value={typed} onChange={change} />
      ) : (
        <TextInput {...common} {...text} value={typed} onChange={change} />
      );
    }
  }
}

interface SecretProps {
  readonly label: string;
  readonly description: string;
  readonly error: string | undefined;
  readonly disabled: boolean;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** Never shown: it stays, is replaced, or is taken away. */
function Secret({ value, onChange, ...common }: SecretProps) {
  const { t } = useTranslation();
  const isKept = (value as { isSet?: boolean } | null)?.isSet === true;
  return (
    <Stack gap={4} align="stretch">
      <PasswordInput
        {...common}
        autoComplete="new-password"
        placeholder={t(isKept ? 'admin:settings.secret' : 'admin:settings.unset')}
        value={typeof value === 'string' ? value : ''}
        onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': t('door:showPassword') }}
      />
      {isKept && !common.disabled && (
        <Group justify="end">
          <Button size="compact-xs" variant="subtle" onClick={() => onChange(null)}>
            {t('admin:settings.secretAway')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** What belongs together; where it may be missing as a whole, with a switch. */
function Nested(props: ValueInputProps & { isNullable: boolean }) {
  const { name, shape, value, onChange, isNullable, isReadOnly } = props;
  const { groupLabelOf } = useFieldText();
  const isOn = value !== null && value !== undefined;
  return (
    <Stack gap="xs" component="fieldset" m={0} p={0} bd="none" miw={0}>
      {isNullable ? (
        <Switch
          label={groupLabelOf(name)}
          checked={isOn}
          disabled={isReadOnly}
          onChange={(event) => onChange(event.currentTarget.checked ? freshOf(shape) : null)}
        />
      ) : (
        <Text component="legend" size="sm" fw={600}>
          {groupLabelOf(name)}
        </Text>
      )}
      {isOn && <FieldsInput {...props} value={value as Fields} />}
    </Stack>
  );
}

/** All fields of an object, two beside each other where there is room. `without`: shown elsewhere. */
export function FieldsInput({
  shape,
  value,
  onChange,
  path,
  without = [],
  ...rest
}: Omit<ValueInputProps, 'name' | 'value'> & { value: Fields; without?: readonly string[] }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      {Object.entries(shape.properties ?? {})
        .filter(([name]) => !without.includes(name))
        .map(([name, each]) => (
          <ValueInput
            {...rest}
            key={name}
            name={name}
            shape={each}
            value={value[name]}
            onChange={(next) => onChange({ ...value, [name]: next })}
            path={path === '' ? name : `${path}.${name}`}
          />
        ))}
    </SimpleGrid>
  );
}

/** A list of objects, such as which group may do what. */
function Rules(props: ValueInputProps) {
  const { name, shape, value, onChange, path, isReadOnly } = props;
  const { t } = useTranslation();
  const { labelOf, helpOf } = useFieldText();
  const rules = (value ?? []) as readonly Fields[];
  const item = shape.items ?? {};
  return (
    <Stack gap="xs">
      <div>
        <Text size="sm" fw={500}>
          {labelOf(name)}
        </Text>
        <Text size="xs" c="dimmed">
          {helpOf(shape)}
        </Text>
      </div>
      {rules.map((rule, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- rules have no name of their own
        <Card key={at} withBorder padding="sm">
          <FieldsInput {...props} shape={item} value={rule} onChange={(next) => onChange(rules.with(at, next as Fields))} path={`${path}.${at}`} />
          {!isReadOnly && (
            <Group justify="end" mt="xs">
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={t('admin:settings.mappings.remove', { at: at + 1 })}
                onClick={() => onChange(rules.toSpliced(at, 1))}
              >
                {t('admin:courses.delete')}
              </Button>
            </Group>
          )}
        </Card>
      ))}
      {!isReadOnly && (
        <Group>
          <Button size="xs" variant="default" onClick={() => onChange([...rules, freshOf(item)])}>
            {t('admin:settings.mappings.add')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
