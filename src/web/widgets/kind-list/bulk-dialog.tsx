import { Alert, Button, Group, List, Modal, Progress, Stack, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Resource } from '../../../core/resource.ts';
import { CloudProblem } from '../../cloud/client.ts';
import { useRequests } from '../../cloud/cloud.tsx';
import type { Live } from '../../cloud/contract.ts';
import type { AnyWebKind } from '../../web-kind.ts';
import { announce } from '../announcer.tsx';
import { sayProblem } from '../problem.tsx';
import { useRefusal } from '../verb-actions.tsx';
import { atOnce } from './at-once.ts';

/** Requests under way at the same moment. */
const requestsAtOnce = 6;
/** Names told one by one; of more, how many. */
const namesMax = 8;

type Row = Live<Resource>;
interface Failure {
  readonly name: string;
  readonly reason: string;
}
interface Progressed {
  readonly done: number;
  readonly failures: readonly Failure[];
  readonly isOver: boolean;
}

interface BulkDialogProps {
  readonly web: AnyWebKind;
  /** A verb or `delete`; null: closed. */
  readonly action: string | null;
  readonly resources: readonly Row[];
  readonly close: () => void;
  /** Called when everything was done. */
  readonly done: () => void;
}

/** Says for which it is possible and why not for the others, then does it and tells what failed. */
export function BulkDialog(props: BulkDialogProps) {
  const { web, action, resources, close } = props;
  const { t } = useTranslation();
  const label = action === null ? '' : labelOf(t, web, action);
  const [isRunning, setRunning] = useState(false);
  return (
    <Modal
      opened={action !== null}
      // What goes on is stopped by its button: nothing goes on unseen.
      onClose={isRunning ? () => undefined : close}
      withCloseButton={!isRunning}
      title={t('list:bulk.title', { verb: label, what: t('list:selected', { count: resources.length }) })}
      centered
      size="md"
    >
      {action !== null && <BulkForm {...props} action={action} label={label} setRunning={setRunning} />}
    </Modal>
  );
}

interface BulkFormProps extends BulkDialogProps {
  readonly action: string;
  readonly label: string;
  readonly setRunning: (isRunning: boolean) => void;
}

function BulkForm({ web, action, resources, close, done, label, setRunning }: BulkFormProps) {
  const { t } = useTranslation();
  const refused = useRefusal(web.kind);
  const requests = useRequests(web.kind);
  const [progress, setProgress] = useState<Progressed | null>(null);
  const stop = useRef(new AbortController());
  // As it was when it was asked: what is on its way is no longer counted as refused.
  const [{ possible, impossible }] = useState(() => {
    const reasons = resources.map((resource) => ({ resource, reason: refused(action, resource) }));
    return { possible: reasons.filter((each) => each.reason === null), impossible: reasons.filter((each) => each.reason !== null) };
  });
  const count = possible.length;
  const run = async () => {
    const failures: Failure[] = [];
    let finished = 0;
    setRunning(true);
    setProgress({ done: 0, failures, isOver: false });
    await atOnce(requestsAtOnce, possible, stop.current.signal, async ({ resource }) => {
      try {
        await (action === 'delete' ? requests.remove(resource) : requests.run(resource, action as never));
      } catch (error) {
        failures.push({ name: resource.name, reason: error instanceof CloudProblem ? sayProblem(error.problem).says : String(error) });
      }
      finished++;
      setProgress({ done: finished, failures: [...failures], isOver: false });
    });
    setRunning(false);
    setProgress({ done: finished, failures, isOver: true });
    announce(t('list:bulk.done', { verb: label, count: finished - failures.length }));
    if (failures.length === 0 && !stop.current.signal.aborted) {
      close();
      done();
    }
  };
  const names = possible.slice(0, namesMax).map(({ resource }) => resource.name);
  return (
    <Stack>
      {impossible.length === 0 ? (
        <Text>{t('list:bulk.possibleForAll', { count, names: sayNames(t, names, count) })}</Text>
      ) : (
        <>
          <Text>
            {count === 0
              ? t('list:bulk.impossible', { verb: label })
              : t('list:bulk.possible', { verb: label, possible: count, count: resources.length })}
          </Text>
          <Alert color="orange" title={t('list:bulk.refused')}>
            <List size="sm">
              {byReason(impossible).map(([reason, refusedNames]) => (
                <List.Item key={reason}>
                  {sayNames(t, refusedNames.slice(0, namesMax), refusedNames.length)}: {reason}
                </List.Item>
              ))}
            </List>
          </Alert>
        </>
      )}
      {action === 'delete' && progress === null && <Text>{t(`${web.kind.name}:deleteSays`)}</Text>}
      {progress !== null && (
        <Stack gap={4}>
          <Progress value={(100 * progress.done) / Math.max(1, count)} aria-label={label} />
          <Text size="sm" c="dimmed">
            {t('list:bulk.progress', { done: progress.done, count })}
          </Text>
        </Stack>
      )}
      {progress !== null && progress.failures.length > 0 && (
        <Alert color="red" role="alert" title={t('list:bulk.failed', { count: progress.failures.length })}>
          <List size="sm">
            {progress.failures.map((failure) => (
              <List.Item key={failure.name}>
                {failure.name}: {failure.reason}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Group justify="end">
        {progress === null ? (
          <>
            <Button variant="default" onClick={close} data-autofocus>
              {t('cancel')}
            </Button>
            <Button {...(action === 'delete' ? { color: 'red' } : {})} disabled={count === 0} onClick={() => void run()}>
              {t('list:bulk.do', { verb: label, count })}
            </Button>
          </>
        ) : progress.isOver ? (
          <Button variant="default" onClick={close}>
            {t('list:bulk.close')}
          </Button>
        ) : (
          <Button variant="default" onClick={() => stop.current.abort()}>
            {t('list:bulk.stop')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

type T = ReturnType<typeof useTranslation>['t'];

function labelOf(t: T, web: AnyWebKind, action: string): string {
  return action === 'delete' ? t('verbs.delete') : t(`${web.kind.name}:verbs.${action}.name`);
}

function sayNames(t: T, names: readonly string[], count: number): string {
  const more = count - names.length;
  return more > 0 ? `${names.join(', ')} ${t('list:bulk.more', { count: more })}` : names.join(', ');
}

function byReason(refused: readonly { resource: Row; reason: string | null }[]): [string, string[]][] {
  const names = new Map<string, string[]>();
  for (const { resource, reason } of refused) names.set(reason ?? '', [...(names.get(reason ?? '') ?? []), resource.name]);
  return [...names];
}
