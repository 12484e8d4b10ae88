import { Button, Group, Modal, Text, Tooltip } from '@mantine/core';
import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useForbidden } from '../../../web/cloud/access.ts';
import { useRequests } from '../../../web/cloud/cloud.tsx';
import type { Live } from '../../../web/cloud/contract.ts';
import { announce } from '../../../web/widgets/announcer.tsx';
import { showProblem } from '../../../web/widgets/problem.tsx';
import { userKind, type User } from '../user.ts';

/** Shuts somebody out, after a question, or lets them in again. */
export function BlockButton({ resource }: { resource: Live<User> }) {
  const { t } = useTranslation();
  const requests = useRequests(userKind);
  const reason = useForbidden()(userKind, 'administer', resource);
  const [isAsked, setAsked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const { isBlocked } = resource.spec;
  const turn = async () => {
    setBusy(true);
    try {
      await requests.update(resource, { isBlocked: !isBlocked });
      announce(t(isBlocked ? 'user:block.undone' : 'user:block.done', { name: resource.name }));
    } catch (error) {
      showProblem(error);
    } finally {
      setBusy(false);
      setAsked(false);
    }
  };
  const Icon = isBlocked ? IconLockOpen : IconLock;
  return (
    <>
      <Tooltip label={reason ?? t(isBlocked ? 'user:block.undoSays' : 'user:block.doSays')} multiline maw={320}>
        <Button
          variant="default"
          leftSection={<Icon size={16} />}
          loading={isBusy}
          {...(reason === null
            ? { onClick: () => (isBlocked ? void turn() : setAsked(true)) }
            : { 'aria-disabled': true, 'data-disabled': true, 'aria-description': reason })}
        >
          {t(isBlocked ? 'user:block.undo' : 'user:block.do')}
        </Button>
      </Tooltip>
      <Modal opened={isAsked} onClose={() => setAsked(false)} title={t('user:block.title', { name: resource.name })} centered>
        <Text mb="lg">{t('user:block.doSays')}</Text>
        <Group justify="end">
          <Button variant="default" onClick={() => setAsked(false)} data-autofocus>
            {t('cancel')}
          </Button>
          <Button color="red" loading={isBusy} onClick={() => void turn()}>
            {t('user:block.do')}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
