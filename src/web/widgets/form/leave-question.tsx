import { Button, Group, Modal, Text, type ModalProps } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { forgetUnsaved, hasUnsaved } from './unsaved.ts';

/** Stands between a half-filled form and the way out of its page, by whichever link or key. */
export function LeaveGuard() {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => hasUnsaved() && current.pathname !== next.pathname,
    enableBeforeUnload: hasUnsaved,
    withResolver: true,
  });
  return (
    <LeaveQuestion
      isAsked={status === 'blocked'}
      stay={() => reset?.()}
      leave={() => {
        forgetUnsaved();
        proceed?.();
      }}
    />
  );
}

/** A dialog with a form in it: closed in passing, it asks before what was typed is lost. */
export function FormDialog({ onClose, children, ...modal }: ModalProps) {
  const [isAsked, setAsked] = useState(false);
  // Both dialogs hear the same Escape: it is meant for the one that is open when it is pressed.
  const ask = (isAskedNext: boolean) => void setTimeout(() => setAsked(isAskedNext));
  return (
    <>
      <Modal {...modal} onClose={() => (hasUnsaved() ? ask(true) : onClose())} closeOnEscape={!isAsked && modal.closeOnEscape !== false} centered>
        {children}
      </Modal>
      <LeaveQuestion
        isAsked={isAsked}
        stay={() => ask(false)}
        leave={() => {
          forgetUnsaved();
          setAsked(false);
          onClose();
        }}
      />
    </>
  );
}

function LeaveQuestion({ isAsked, stay, leave }: { isAsked: boolean; stay: () => void; leave: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={isAsked} onClose={stay} title={t('form:leave.title')} centered withCloseButton={false}>
      <Text mb="lg">{t('form:leave.says')}</Text>
      <Group justify="end">
        <Button variant="default" onClick={leave}>
          {t('form:leave.leave')}
        </Button>
        <Button onClick={stay} data-autofocus>
          {t('form:leave.stay')}
        </Button>
      </Group>
    </Modal>
  );
}
