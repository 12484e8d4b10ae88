import { Group, NativeSelect, NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../../web/shell/session.tsx';
import { possibleChoices, type LeaseChoice, type LeaseDraft } from './lease.ts';

/** How long an instance may live in this cloud, days; null: for ever. */
export function useLongestLease(): number | null {
  const { session } = useSession();
  return session.is === 'in' ? session.leaseDaysMax : null;
}

interface Props {
  readonly value: LeaseDraft;
  readonly onChange: (value: LeaseDraft) => void;
  readonly error: string | null;
  readonly description?: string;
}

export function LeaseInput({ value, onChange, error, description }: Props) {
  const { t } = useTranslation();
  const longest = useLongestLease();
  const choices = possibleChoices(longest);
  const isOwn = value.choice === 'own';
  return (
    <Group gap="xs" align="start" wrap="nowrap">
      <NativeSelect
        data-field="lease"
        flex="1 1 0"
        label={t('instance:lease.label')}
        inputWrapperOrder={['label', 'description', 'input', 'error']}
        description={description ?? t('instance:lease.help')}
        value={choices.includes(value.choice) ? value.choice : 'longest'}
        onChange={(event) => onChange({ ...value, choice: event.currentTarget.value as LeaseChoice })}
        data={choices.map((choice) => ({
          value: choice,
          label:
            choice === 'longest' && longest !== null ? t('instance:lease.choices.most', { count: longest }) : t(`instance:lease.choices.${choice}`),
        }))}
        error={isOwn ? null : error}
      />
      {isOwn && (
        <NumberInput
          flex="0 1 9rem"
          label={t('instance:lease.days')}
          inputWrapperOrder={['label', 'description', 'input', 'error']}
          // As high as the words beside it.
          description={'\u00a0'}
          min={1}
          {...(longest === null ? {} : { max: longest })}
          clampBehavior="none"
          allowDecimal={false}
          value={value.days}
          onChange={(days) => onChange({ ...value, days })}
          error={error}
        />
      )}
    </Group>
  );
}
