import { MultiSelect, NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Kind } from '../../../core/kind.ts';
import { useList } from '../../cloud/cloud.tsx';
import type { Field } from './fields.ts';
import { LabelsInput } from './labels-input.tsx';
import type { LabelLine, Value } from './values.ts';

export interface FieldInputProps {
  readonly field: Field;
  readonly label: string;
  readonly help: string;
  readonly value: Value | undefined;
  /** What is wrong with it, in words. */
  readonly error: string | null;
  readonly onChange: (value: Value) => void;
  readonly onBlur: () => void;
  /** What an option of a choice is called. */
  readonly optionLabel: (option: string) => string;
}

/** The input that fits a field's type. */
export function FieldInput(props: FieldInputProps) {
  const { field, label, help, value, error, onChange, onBlur, optionLabel } = props;
  const { t } = useTranslation();
  const common = { label, description: help, error, onBlur, name: field.name, 'data-field': field.name, withAsterisk: field.isRequired };
  const placeholder = field.isRequired ? {} : { placeholder: t('form:optional') };
  switch (field.type) {
    case 'switch':
      return <Switch label={label} description={help} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
    case 'choice':
      return (
        <Select
          {...common}
          placeholder={t('form:choose')}
          data={(field.options ?? []).map((option) => ({ value: option, label: optionLabel(option) }))}
          value={typeof value === 'string' && value !== '' ? value : null}
          onChange={(chosen) => onChange(chosen ?? '')}
          clearable={!field.isRequired}
          allowDeselect={!field.isRequired}
        />
      );
    case 'integer':
    case 'number':
      return (
        <NumberInput
          {...common}
          {...placeholder}
          value={value as string | number}
          onChange={onChange}
          allowDecimal={field.type === 'number'}
          allowNegative={(field.minimum ?? field.exclusiveMinimum ?? 0) < 0}
          // What is out of range is said, not changed behind one's back.
          clampBehavior="none"
          {...(field.minimum === undefined ? {} : { min: field.minimum })}
          {...(field.maximum === undefined ? {} : { max: field.maximum })}
        />
      );
    case 'reference':
    case 'references':
      return field.kind === undefined ? <PlainText {...props} /> : <Reference {...props} kind={field.kind} />;
    case 'labels':
      return (
        <LabelsInput
          label={label}
          description={help}
          error={error}
          value={(value ?? []) as readonly LabelLine[]}
          onChange={onChange}
          onBlur={onBlur}
        />
      );
    case 'long-text':
      return (
        <Textarea
          {...common}
          {...placeholder}
          autosize
          minRows={2}
          maxRows={10}
          value={value as string}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'text':
      return <PlainText {...props} />;
  }
}

function PlainText({ field, label, help, value, error, onChange, onBlur }: FieldInputProps) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={label}
      description={help}
      error={error}
      name={field.name}
      data-field={field.name}
      withAsterisk={field.isRequired}
      {...(field.isRequired ? {} : { placeholder: t('form:optional') })}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={field.pattern === undefined}
      value={value as string}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={onBlur}
    />
  );
}

/** One or several of what there is, as it comes and goes. */
function Reference({ field, kind, label, help, value, error, onChange, onBlur }: FieldInputProps & { kind: Kind }) {
  const { t } = useTranslation();
  const { items = [] } = useList(kind);
  const data = items.filter((item) => item.deletedAt === null).map((item) => ({ value: item.id, label: item.name }));
  const common = { label, description: help, error, onBlur, data, 'data-field': field.name, withAsterisk: field.isRequired, searchable: true };
  if (field.type === 'references')
    return (
      <MultiSelect {...common} placeholder={t('form:choose')} value={[...((value === '' ? [] : value) as string[])]} onChange={onChange} clearable />
    );
  return (
    <Select
      {...common}
      placeholder={t('form:choose')}
      value={typeof value === 'string' && value !== '' ? value : null}
      onChange={(chosen) => onChange(chosen ?? '')}
      clearable={!field.isRequired}
    />
  );
}
