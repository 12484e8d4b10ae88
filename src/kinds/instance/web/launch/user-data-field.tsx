import { Badge, Button, FileButton, Group, Input, Loader, Stack, Text } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { limits } from '../../../../core/limits.ts';
import { useFormat } from '../../../../web/words/format.ts';
import { useSentence } from '../../../../web/words/use-sentence.ts';
import type { UserDataRefusal } from '../../contextualization/user-data-kind.ts';
import { PlainEditor } from './plain-editor.tsx';
import type { Checked } from './user-data-editor.tsx';

const Editor = lazy(async () => {
  try {
    return { default: (await import('./user-data-editor.tsx')).UserDataEditor };
  } catch {
    return { default: PlainEditor };
  }
});

const example = '#cloud-config\npackages:\n  - htop\nruncmd:\n  - echo ready > /root/ready\n';

interface Props {
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** What the cloud said of it. */
  readonly error: string | null;
  readonly onProblem: (problem: string | null) => void;
}

/** What the guest does at its first boot: typed, or taken from a file; recognised and checked as it is typed. */
export function UserDataField({ value, onChange, error, onProblem }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const sayAny = useSentence();
  const [checked, setChecked] = useState<Checked>({ kind: 'none' });
  const [fileProblem, setFileProblem] = useState<string | null>(null);
  const sizeBytes = new TextEncoder().encode(value).length;
  const say = ({ problem, hint }: UserDataRefusal) => t('launch:userData.problem', { problem: sayAny(problem), hint: sayAny(hint) });
  const tell = (next: Checked) => {
    setChecked(next);
    onProblem('problem' in next ? say(next) : null);
  };
  const read = async (file: File | null) => {
    if (file === null) return;
    setFileProblem(null);
    if (file.size > limits.userDataBytesMax)
      return setFileProblem(
        t('launch:userData.fileLarge', { name: file.name, size: format.bytes(file.size), limit: format.bytes(limits.userDataBytesMax) }),
      );
    try {
      onChange(new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()));
    } catch {
      setFileProblem(t('launch:userData.fileNoText', { name: file.name }));
    }
  };
  const own = sizeBytes > limits.userDataBytesMax ? t('launch:userData.large') : 'problem' in checked ? say(checked) : null;
  const line = 'problem' in checked ? checked.line : undefined;
  const shown = fileProblem ?? own ?? error;
  return (
    <Stack gap={6} data-field="userData">
      <div>
        <Input.Label component="div">{t('launch:userData.title')}</Input.Label>
        <Text size="xs" c="dimmed">
          {t('launch:userData.help')}
        </Text>
      </div>
      <Suspense fallback={<Loader role="progressbar" size="sm" aria-label={t('loading')} />}>
        <Editor label={t('launch:userData.title')} value={value} onChange={onChange} onChecked={tell} say={say} />
      </Suspense>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Badge variant="light" color={own === null ? 'gray' : 'red'} tt="none" data-user-data={'kind' in checked ? checked.kind : 'invalid'}>
            {t(`launch:userData.kinds.${'kind' in checked ? checked.kind : 'invalid'}`)}
          </Badge>
          <Text size="xs" c={sizeBytes > limits.userDataBytesMax ? 'var(--mantine-color-error)' : 'dimmed'}>
            {t('launch:userData.size', { size: format.bytes(sizeBytes), limit: format.bytes(limits.userDataBytesMax) })}
          </Text>
        </Group>
        <Group gap="xs">
          <Button variant="subtle" size="compact-xs" onClick={() => onChange(example)} disabled={value !== ''}>
            {t('launch:userData.example')}
          </Button>
          <FileButton onChange={(file) => void read(file)}>
            {(props) => (
              <Button variant="subtle" size="compact-xs" {...props}>
                {t('launch:userData.file')}
              </Button>
            )}
          </FileButton>
        </Group>
      </Group>
      <div role="status" aria-live="polite">
        {shown !== null && (
          <Text size="sm" c="var(--mantine-color-error)">
            {line !== undefined && own !== null && fileProblem === null ? t('launch:userData.atLine', { line, problem: shown }) : shown}
          </Text>
        )}
      </div>
    </Stack>
  );
}
