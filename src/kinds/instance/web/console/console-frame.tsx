import { ActionIcon, Alert, Badge, Button, Group, Modal, Stack, Text, Textarea, Tooltip } from '@mantine/core';
import { useFullscreenElement } from '@mantine/hooks';
import { IconClipboard, IconCopy, IconMaximize, IconMinimize, IconPlugConnected } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Live } from '../../../../web/cloud/contract.ts';
import { announce } from '../../../../web/widgets/announcer.tsx';
import { copyText } from '../../../../web/widgets/copy-text.ts';
import { ProblemText } from '../../../../web/widgets/problem.tsx';
import { VerbButtons } from '../../../../web/widgets/verb-buttons.tsx';
import type { Instance } from '../../instance.ts';
import { instanceWeb } from '../../instance.web.tsx';
import classes from './console.module.css';
import type { ConsoleLine } from './use-console.ts';

interface Props {
  readonly instance: Live<Instance>;
  readonly line: ConsoleLine;
  readonly hasMachine: boolean;
  readonly reconnect: () => void;
  readonly focus: () => void;
  readonly copy: () => string;
  readonly paste: (text: string) => void;
  readonly buttons: ReactNode;
  readonly children: ReactNode;
}

/** What is the same around both consoles: how the line is, copy and paste, full screen, and what to do when it is down. */
export function ConsoleFrame({ instance, line, hasMachine, reconnect, focus, copy, paste, buttons, children }: Props) {
  const { t } = useTranslation();
  const { ref, toggle, fullscreen } = useFullscreenElement<HTMLDivElement>();
  const [pasted, setPasted] = useState<string | null>(null);
  useEffect(() => announce(t(`instance:consoles.line.${line.is}`)), [line.is, t]);
  const again = () => {
    reconnect();
    focus();
  };
  const copyNow = async () => {
    const text = copy();
    const isCopied = text !== '' && (await copyText(text));
    announce(t(text === '' ? 'instance:consoles.nothingSelected' : isCopied ? 'copied' : 'notCopied'));
    focus();
  };
  const pasteNow = async () => {
    // A browser may keep the clipboard from us: then people paste into a field of ours.
    const { clipboard } = navigator as { clipboard?: Clipboard };
    const text = (await clipboard?.readText().catch(() => null)) ?? null;
    if (text === null) return setPasted('');
    paste(text);
    focus();
  };
  return (
    <div ref={ref} className={classes['frame']}>
      <Group className={classes['bar'] ?? ''} justify="space-between" gap="xs">
        <Group gap="xs">
          <Badge variant="dot" color={line.is === 'open' ? 'teal' : line.is === 'connecting' ? 'blue' : 'orange'} tt="none" data-line={line.is}>
            {t(`instance:consoles.line.${line.is}`)}
          </Badge>
          {buttons}
        </Group>
        <Group gap={4}>
          <IconButton label={t('copy')} onClick={() => void copyNow()} icon={<IconCopy size={16} />} />
          <IconButton label={t('instance:consoles.paste')} onClick={() => void pasteNow()} icon={<IconClipboard size={16} />} />
          <IconButton label={t('instance:consoles.reconnect')} onClick={again} icon={<IconPlugConnected size={16} />} />
          <IconButton
            label={t(fullscreen ? 'instance:consoles.leaveFullScreen' : 'instance:consoles.fullScreen')}
            onClick={() => void toggle()}
            icon={fullscreen ? <IconMinimize size={16} /> : <IconMaximize size={16} />}
          />
        </Group>
      </Group>
      <div className={classes['body']}>
        {children}
        {line.is === 'closed' && (
          <Alert className={classes['notice'] ?? ''} color="orange" title={t(hasMachine ? 'instance:consoles.cut' : 'instance:consoles.off')}>
            {line.problem !== null && <ProblemText problem={line.problem} />}
            {hasMachine ? (
              <Text size="sm">{t('instance:consoles.again')}</Text>
            ) : (
              <Stack gap="xs">
                <Text size="sm">{t('instance:consoles.startIt')}</Text>
                <VerbButtons web={instanceWeb} resource={instance} shownFirst={1} />
              </Stack>
            )}
          </Alert>
        )}
      </div>
      <Modal opened={pasted !== null} onClose={() => setPasted(null)} title={t('instance:consoles.paste')} portalProps={{ reuseTargetNode: true }}>
        <Stack>
          <Textarea
            data-autofocus
            autosize
            minRows={4}
            maxRows={16}
            label={t('instance:consoles.pasteHere')}
            value={pasted ?? ''}
            onChange={(event) => setPasted(event.currentTarget.value)}
          />
          <Group justify="end">
            <Button
              onClick={() => {
                paste(pasted ?? '');
                setPasted(null);
                focus();
              }}
            >
              {t('instance:consoles.send')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </div>
  );
}

function IconButton({ label, icon, onClick }: { label: string; icon: ReactNode; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
