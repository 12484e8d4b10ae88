import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LabelLine } from './values.ts';

interface LabelsInputProps {
  readonly label: string;
  readonly description: string;
  readonly error: string | null;
  readonly value: readonly LabelLine[];
  readonly onChange: (value: readonly LabelLine[]) => void;
  readonly onBlur: () => void;
}

/** Key and value, a line each. */
export function LabelsInput({ label, description, error, value, onChange, onBlur }: LabelsInputProps) {
  const { t } = useTranslation();
  const change = (index: number, change: Partial<LabelLine>) => onChange(value.map((line, at) => (at === index ? { ...line, ...change } : line)));
  return (
    <Input.Wrapper label={label} description={description} error={error} labelElement="div" role="group" aria-label={label}>
      <Stack gap={6} mt={6} align="start">
        {value.map((line, index) => (
          // oxlint-disable-next-line no-array-index-key -- lines have no other name while they are typed
          <Group key={index} gap={6} wrap="nowrap" w="100%">
            <TextInput
              flex={1}
              placeholder={t('form:labels.key')}
              aria-label={t('form:labels.keyOf', { number: index + 1 })}
              value={line.key}
              maxLength={63}
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => change(index, { key: event.currentTarget.value })}
              onBlur={onBlur}
            />
            <TextInput
              flex={1}
              placeholder={t('form:labels.value')}
              aria-label={t('form:labels.valueOf', { number: index + 1 })}
              value={line.value}
              maxLength={255}
              onChange={(event) => change(index, { value: event.currentTarget.value })}
              onBlur={onBlur}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('form:labels.remove', { number: index + 1 })}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => onChange([...value, { key: '', value: '' }])}>
          {t('form:labels.add')}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
