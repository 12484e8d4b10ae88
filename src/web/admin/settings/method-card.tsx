import { ActionIcon, Alert, Button, Card, Group, List, Text, ThemeIcon, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCheck, IconPencil, IconTrash, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../cloud/client.ts';
import { announce } from '../../widgets/announcer.tsx';
import { useSending } from '../../widgets/form/use-sending.ts';
import { ProblemText } from '../../widgets/problem.tsx';
import { useSentence } from '../../words/use-sentence.ts';
import type { Fields } from './shape.ts';

interface Finding {
  readonly isRight: boolean;
  readonly says: string;
}

interface MethodCardProps {
  readonly method: Fields;
  /** In the list, from 0, of so many. */
  readonly at: number;
  readonly count: number;
  readonly isReadOnly: boolean;
  readonly move: (to: number) => void;
  readonly edit: () => void;
  readonly remove: () => void;
}

/** One way to log in, as it is saved, and whether it works. */
export function MethodCard({ method, at, count, isReadOnly, move, edit, remove }: MethodCardProps) {
  const { t } = useTranslation();
  const [found, setFound] = useState<{ of: Fields; findings: readonly Finding[] } | null>(null);
  const trial = useSending();
  const name = methodName(method);
  const attempt = () =>
    trial.send(async () => {
      setFound(null);
      const { findings } = await ask<{ findings: readonly Finding[] }>(
        'POST',
        `/v1/settings/methods/${encodeURIComponent(String(method['name']))}/check`,
      );
      setFound({ of: method, findings });
      announce(t(findings.every(({ isRight }) => isRight) ? 'admin:settings.methods.works' : 'admin:settings.methods.fails', { name }));
    });
  const button = { variant: 'subtle', color: 'gray' } as const;
  return (
    <Card withBorder padding="xs">
      <Group justify="space-between" gap="sm">
        <div style={{ flex: '1 1 200px' }}>
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
            {/* The cloud's own accounts need nothing that could fail. */}
            {method['type'] !== 'local' && (
              <Button
                size="compact-sm"
                variant="default"
                mr={4}
                loading={trial.isBusy}
                aria-label={t('admin:settings.methods.tryOf', { name })}
                onClick={() => void attempt()}
              >
                {t('admin:settings.methods.try')}
              </Button>
            )}
            <ActionIcon {...button} disabled={at === 0} aria-label={t('admin:settings.methods.up', { name })} onClick={() => move(at - 1)}>
              <IconArrowUp size={16} />
            </ActionIcon>
            <ActionIcon {...button} disabled={at === count - 1} aria-label={t('admin:settings.methods.down', { name })} onClick={() => move(at + 1)}>
              <IconArrowDown size={16} />
            </ActionIcon>
            <ActionIcon {...button} aria-label={t('admin:settings.methods.edit', { name })} onClick={edit}>
              <IconPencil size={16} />
            </ActionIcon>
            <ActionIcon {...button} disabled={count === 1} aria-label={t('admin:settings.methods.remove', { name })} onClick={remove}>
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        )}
      </Group>
      {/* What was found of it before it was changed says nothing. */}
      {found !== null && JSON.stringify(found.of) === JSON.stringify(method) && <Findings findings={found.findings} />}
      {trial.problem !== null && (
        <Alert color="red" role="alert" mt="xs">
          <ProblemText problem={trial.problem} />
        </Alert>
      )}
    </Card>
  );
}

function Findings({ findings }: { findings: readonly Finding[] }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  return (
    <List size="sm" spacing={4} mt="xs" center>
      {findings.map(({ isRight, says }) => (
        <List.Item
          key={says}
          style={{ overflowWrap: 'anywhere' }}
          icon={
            <ThemeIcon size={18} radius="xl" color={isRight ? 'teal' : 'red'} variant="light">
              {isRight ? <IconCheck size={13} aria-hidden /> : <IconX size={13} aria-hidden />}
            </ThemeIcon>
          }
        >
          <VisuallyHidden>{t(isRight ? 'admin:settings.methods.right' : 'admin:settings.methods.wrong')} </VisuallyHidden>
          {sentence(says)}
        </List.Item>
      ))}
    </List>
  );
}

/** For people. */
export function methodName(method: Fields): string {
  return String(method['label'] ?? method['name']);
}
