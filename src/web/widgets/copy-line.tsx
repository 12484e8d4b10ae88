import { ActionIcon, Code, Group, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from './announcer.tsx';
import { copyText } from './copy-text.ts';

/** So long the button says that it was done. */
const saidMs = 1_500;

/** One line to take along. */
export function CopyLine({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const [done, setDone] = useState<'copied' | 'notCopied' | null>(null);
  useEffect(() => {
    if (done === null) return undefined;
    const timer = setTimeout(() => setDone(null), saidMs);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    const next = (await copyText(text)) ? 'copied' : 'notCopied';
    setDone(next);
    announce(t(next));
  };
  return (
    <Group gap={4} wrap="nowrap">
      <Code fz="sm" style={{ overflow: 'auto', whiteSpace: 'nowrap' }} tabIndex={0} aria-label={label}>
        {text}
      </Code>
      <Tooltip label={t(done ?? 'copy')}>
        <ActionIcon variant="subtle" color={done === 'copied' ? 'teal' : 'gray'} aria-label={`${t('copy')}: ${label}`} onClick={() => void copy()}>
          {done === 'copied' ? <IconCheck size={16} /> : <IconCopy size={16} />}
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
