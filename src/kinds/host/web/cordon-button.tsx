import { Button, Tooltip } from '@mantine/core';
import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useForbidden } from '../../../web/cloud/access.ts';
import { ask } from '../../../web/cloud/client.ts';
import { announce } from '../../../web/widgets/announcer.tsx';
import { showProblem } from '../../../web/widgets/problem.tsx';
import { hostKind, type Host } from '../host.ts';

/** Closes a host to new instances, or opens it again. The same twice is no harm, whoever else changes the host meanwhile. */
export function CordonButton({ host, size = 'sm' }: { host: Host; size?: 'xs' | 'sm' }) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const { schedulable } = host.spec;
  const turn = async () => {
    setBusy(true);
    try {
      await ask('PATCH', `/v1/hosts/${host.id}`, { body: { schedulable: !schedulable } });
      announce(t(schedulable ? 'host:cordon.done' : 'host:cordon.undone', { name: host.name }));
    } catch (error) {
      showProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const reason = useForbidden()(hostKind, 'update', host);
  const Icon = schedulable ? IconLock : IconLockOpen;
  return (
    <Tooltip label={reason ?? t(schedulable ? 'host:cordon.doSays' : 'host:cordon.undoSays')} multiline maw={320}>
      <Button
        variant="default"
        size={size}
        leftSection={<Icon size={16} />}
        loading={isBusy}
        {...(reason === null ? { onClick: () => void turn() } : { 'data-disabled': true, 'aria-disabled': true, 'aria-description': reason })}
      >
        {t(schedulable ? 'host:cordon.do' : 'host:cordon.undo')}
      </Button>
    </Tooltip>
  );
}
