import { Alert, Button, Group, Modal, Stack, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { limits } from '../../../core/limits.ts';
import { days } from '../../../core/units.ts';
import { CloudProblem } from '../../../web/cloud/client.ts';
import { useRequests } from '../../../web/cloud/cloud.tsx';
import type { Live } from '../../../web/cloud/contract.ts';
import { announce } from '../../../web/widgets/announcer.tsx';
import { FormEnd } from '../../../web/widgets/form/form-end.tsx';
import { useProblem } from '../../../web/widgets/form/use-problem.ts';
import { useReturnFocus } from '../../../web/widgets/return-focus.ts';
import { useRefusal } from '../../../web/widgets/verb-actions.tsx';
import { useNow } from '../../../web/widgets/when.tsx';
import { useFormat } from '../../../web/words/format.ts';
import { instanceKind, type Instance } from '../instance.ts';
import { LeaseInput, useLongestLease } from './lease-input.tsx';
import { leaseOf, leaseProblem, type LeaseDraft } from './lease.ts';

/** When it ends, and what puts that off. */
export function LeaseEnd({ instance }: { instance: Live<Instance> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { expiresAt = null } = instance.spec;
  return (
    <Group gap="xs">
      {expiresAt === null ? (
        <Text size="sm">{t('instance:lease.never')}</Text>
      ) : (
        <time dateTime={expiresAt} title={format.time(expiresAt)}>
          {t('instance:lease.at', { day: format.day(expiresAt), ago: format.ago(expiresAt, now) })}
        </time>
      )}
      <ExtendButton instance={instance} />
    </Group>
  );
}

/** Where the lease is over: what comes of it. */
export function LeaseOver({ instance: { spec } }: { instance: Live<Instance> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { expiresAt = null } = spec;
  if (expiresAt === null || Date.parse(expiresAt) > now) return null;
  return (
    <Alert color="orange" title={t('instance:lease.over', { day: format.time(expiresAt) })}>
      {t('instance:lease.overSays', { day: format.time(Date.parse(expiresAt) + limits.leaseGraceDays * days) })}
    </Alert>
  );
}

function ExtendButton({ instance }: { instance: Live<Instance> }) {
  const { t } = useTranslation();
  const reason = useRefusal(instanceKind)('update', instance);
  const [isOpen, dialog] = useDisclosure(false);
  useReturnFocus(isOpen);
  const isEnding = instance.spec.expiresAt != null;
  return (
    <>
      <Tooltip label={reason} disabled={reason === null} multiline maw={320}>
        <Button
          size="compact-sm"
          variant="light"
          {...(reason === null ? {} : { 'data-disabled': true })}
          aria-disabled={reason !== null}
          aria-description={reason ?? undefined}
          onClick={() => reason === null && dialog.open()}
        >
          {t(isEnding ? 'instance:lease.extend' : 'instance:lease.set')}
        </Button>
      </Tooltip>
      <Modal
        opened={isOpen}
        onClose={dialog.close}
        title={t(isEnding ? 'instance:lease.extendTitle' : 'instance:lease.setTitle', { name: instance.name })}
        centered
      >
        <ExtendForm instance={instance} done={dialog.close} />
      </Modal>
    </>
  );
}

function ExtendForm({ instance, done }: { instance: Live<Instance>; done: () => void }) {
  const { t } = useTranslation();
  const { update } = useRequests(instanceKind);
  const longest = useLongestLease();
  const [draft, setDraft] = useState<LeaseDraft>({ choice: longest === null ? '30d' : 'longest', days: '' });
  const [isTried, setTried] = useState(false);
  const [problem, setProblem] = useProblem();
  const [isBusy, setBusy] = useState(false);
  const wrong = leaseProblem(draft, longest);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (wrong !== null) return;
    setBusy(true);
    setProblem(null);
    try {
      // Absent would leave the end where it is.
      await update(instance, { lease: leaseOf(draft) ?? (longest === null ? 'never' : `${longest}d`) });
      announce(t('instance:lease.done', { name: instance.name }));
      done();
    } catch (error) {
      if (!(error instanceof CloudProblem)) throw error;
      setProblem(error.problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)}>
      <Stack>
        <LeaseInput
          value={draft}
          onChange={setDraft}
          description={t('instance:lease.fromNow')}
          error={isTried && wrong !== null ? t(`instance:lease.problems.${wrong.key}`, { most: wrong.most }) : null}
        />
        <FormEnd problem={problem} label={t('save')} isBusy={isBusy} cancel={done} />
      </Stack>
    </form>
  );
}
