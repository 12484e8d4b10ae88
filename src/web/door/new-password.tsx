import { Group, PasswordInput, Stack, Text } from '@mantine/core';
import { IconCheck, IconPointFilled } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../cloud/client.ts';
import { addWords } from '../words/index.ts';
import { doorWords } from './door.words.ts';

addWords('door', doorWords);

/** Where nobody has said otherwise: what the cloud asks for by itself. */
const usualMin = 12;

export interface NewPasswordState {
  readonly password: string;
  readonly repeated: string;
  /** Whether it is long enough, and twice the same; the cloud may know more against it. */
  readonly isFit: boolean;
  readonly lengthMin: number;
  readonly set: (change: { password?: string; repeated?: string }) => void;
}

/** `problem`: what the cloud said of the last one; it may tell a length of its own. */
export function useNewPassword(problem: Problem | null): NewPasswordState {
  const [{ password, repeated }, setTyped] = useState({ password: '', repeated: '' });
  const [told, setTold] = useState(usualMin);
  const min = Number(/shorter than (\d+)/.exec(String(problem?.params['problem'] ?? ''))?.[1] ?? told);
  if (min !== told) setTold(min);
  return {
    password,
    repeated,
    lengthMin: min,
    isFit: Array.from(password.normalize('NFKC')).length >= min && password === repeated,
    set: (change) => setTyped((before) => ({ ...before, ...change })),
  };
}

/** Both fields, and what is still missing as one types. */
export function NewPassword({ state, error, label }: { state: NewPasswordState; error: string | undefined; label?: string }) {
  const { t } = useTranslation();
  const { password, repeated, lengthMin, set } = state;
  const common = { autoComplete: 'new-password', required: true, visibilityToggleButtonProps: { 'aria-label': t('door:showPassword') } } as const;
  return (
    <Stack gap="sm">
      <PasswordInput
        {...common}
        label={label ?? t('door:newPassword')}
        description={t('door:passwordRules.says')}
        name="new-password"
        value={password}
        onChange={(event) => set({ password: event.currentTarget.value })}
        error={error}
      />
      <PasswordInput
        {...common}
        label={t('door:passwordRules.repeat')}
        name="new-password-again"
        value={repeated}
        onChange={(event) => set({ repeated: event.currentTarget.value })}
      />
      <Stack gap={2}>
        <Rule isKept={Array.from(password.normalize('NFKC')).length >= lengthMin} says={t('door:passwordRules.length', { min: lengthMin })} />
        <Rule isKept={password !== '' && password === repeated} says={t('door:passwordRules.different')} />
      </Stack>
    </Stack>
  );
}

function Rule({ isKept, says }: { isKept: boolean; says: string }) {
  const Icon = isKept ? IconCheck : IconPointFilled;
  return (
    <Group gap={6} wrap="nowrap">
      <Icon size={16} color={isKept ? 'var(--mantine-color-teal-light-color)' : 'var(--mantine-color-dimmed)'} aria-hidden />
      <Text size="sm" {...(isKept ? {} : { c: 'dimmed' })}>
        {says}
      </Text>
    </Group>
  );
}
