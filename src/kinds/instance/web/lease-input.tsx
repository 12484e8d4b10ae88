import { Group, Input, NativeSelect, NumberInput } from '@mantine/core';
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
  const label = t('instance:lease.label');
  return (
    <Input.Wrapper label={label} labelElement="div" description={description ?? t('instance:lease.help')} error={error}>
      <Group data-field="lease" gap="xs" wrap="nowrap" mt={4} mb={error === null ? 0 : 4}>
        <NativeSelect
          flex="1 1 0"
          aria-label={label}
          value={choices.includes(value.choice) ? value.choice : 'longest'}
          onChange={(event) => onChange({ ...value, choice: event.currentTarget.value as LeaseChoice })}
          data={choices.map((choice) => ({
            value: choice,
            label:
              choice === 'longest' && longest !== null ? t('instance:lease.choices.most', { count: longest }) : t(`instance:lease.choices.${choice}`),
          }))}
        />
        {value.choice === 'own' && (
          <NumberInput
            flex="1 1 0"
            aria-label={t('instance:lease.days')}
            suffix={` ${t('instance:lease.unit')}`}
            min={1}
            {...(longest === null ? {} : { max: longest })}
            clampBehavior="none"
            allowDecimal={false}
            value={value.days}
            onChange={(days) => onChange({ ...value, days })}
            error={error !== null}
            aria-description={error ?? undefined}
          />
        )}
      </Group>
    </Input.Wrapper>
  );
}
