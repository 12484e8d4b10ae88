import { Button, Group, Loader, Modal, Text } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusal, type Kind } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import { useForbidden } from '../cloud/access.ts';
import { useRequests } from '../cloud/cloud.tsx';
import type { Live } from '../cloud/contract.ts';
import type { AnyWebKind } from '../web-kind.ts';
import { FormDialog } from './form/leave-question.tsx';
import { showProblem } from './problem.tsx';
import { useReturnFocus } from './return-focus.ts';

const EditDialog = lazy(() => import('./edit-dialog.tsx'));
const ShareDialog = lazy(() => import('./share-dialog.tsx'));

/** Why a verb, `update`, `share` or `delete` is not possible now, as a sentence; null when it is. From the same tables as the API's refusals. */
export function useRefusal(kind: Kind) {
  const { t } = useTranslation();
  const forbidden = useForbidden();
  return (verb: string, resource: Live<Resource>): string | null => {
    const forbids = forbidden(kind, verb, resource);
    if (forbids !== null) return forbids;
    if (resource.deletedAt !== null) return t('verbs.beingDeleted');
    const refused = refusal(kind, verb, resource.state);
    return refused === null ? null : t(`${kind.name}:verbs.${verb}.hint`);
  };
}

/** One thing that can be done with a resource: a verb of its kind, its editing, its deletion. */
export interface Action {
  readonly id: string;
  readonly label: string;
  /** What it does, in a sentence. */
  readonly says: string | undefined;
  /** Why not now; null: it is possible. */
  readonly reason: string | null;
  readonly isDangerous: boolean;
}

/** All that can be done with one resource, what is possible now first. `ask` opens the {@link ActionDialog} of an action that needs one. */
export function useActions(web: AnyWebKind, resource: Live<Resource>, ask: (action: string) => void) {
  const { t } = useTranslation();
  const refused = useRefusal(web.kind);
  const requests = useRequests(web.kind);
  const [busy, setBusy] = useState<string | null>(null);

  const verbs = Object.keys(web.kind.verbs)
    .filter((id) => web.verbsInTabs?.includes(id) !== true)
    .map((id): Action => ({
      id,
      label: t(`${web.kind.name}:verbs.${id}.name`),
      says: t(`${web.kind.name}:verbs.${id}.says`),
      reason: refused(id, resource),
      isDangerous: false,
    }));
  const other = (id: string, verb: string, label: string, isDangerous = false): Action => ({
    id,
    label,
    says: undefined,
    reason: refused(verb, resource),
    isDangerous,
  });
  const others: Action[] = [
    ...(web.kind.canBeShared === true ? [other('share', 'share', t('share:do'))] : []),
    ...(web.kind.update === null ? [] : [other('edit', 'update', t('form:edit'))]),
    ...(web.canDelete ? [other('delete', 'delete', t('verbs.delete'), true)] : []),
  ];
  const run = async ({ id, reason }: Action): Promise<void> => {
    if (reason !== null) return;
    if (id === 'edit' || id === 'delete' || id === 'share' || web.verbForms?.[id] !== undefined) return ask(id);
    setBusy(id);
    try {
      await requests.run(resource, id as never);
    } catch (error) {
      showProblem(error);
    } finally {
      setBusy(null);
    }
  };
  const possibleFirst = [...verbs.filter(({ reason }) => reason === null), ...verbs.filter(({ reason }) => reason !== null)];
  return { verbs: possibleFirst, others, run: (action: Action) => void run(action), busy };
}

interface ActionDialogProps {
  readonly web: AnyWebKind;
  readonly resource: Live<Resource>;
  /** Which action; null: none, closed. */
  readonly action: string | null;
  readonly close: () => void;
  /** Called when deletion was granted. */
  readonly gone?: () => void;
}

/** What an action asks before it is done: a form, or whether it is meant. */
export function ActionDialog({ web, resource, action, close, gone }: ActionDialogProps) {
  const { t } = useTranslation();
  const Form = action === null ? undefined : web.verbForms?.[action];
  useReturnFocus(action !== null);
  return (
    <>
      <Modal opened={action === 'delete'} onClose={close} title={t('verbs.deleteTitle', { name: resource.name })} centered>
        <DeleteForm web={web} resource={resource} close={close} gone={gone} />
      </Modal>
      <FormDialog
        opened={Form !== undefined}
        onClose={close}
        title={Form === undefined ? '' : t('form:verbTitle', { verb: t(`${web.kind.name}:verbs.${action}.name`), name: resource.name })}
      >
        {Form !== undefined && <Form resource={resource} done={close} />}
      </FormDialog>
      <FormDialog opened={action === 'share'} onClose={close} title={t('share:title', { name: resource.name })} size="lg">
        {action === 'share' && (
          <Suspense fallback={<Loader role="progressbar" aria-label={t('loading')} />}>
            <ShareDialog web={web} resource={resource} close={close} />
          </Suspense>
        )}
      </FormDialog>
      <FormDialog opened={action === 'edit'} onClose={close} title={t('form:editTitle', { name: resource.name })} size="lg">
        {action === 'edit' && (
          <Suspense fallback={<Loader role="progressbar" aria-label={t('loading')} />}>
            <EditDialog web={web} resource={resource} done={close} />
          </Suspense>
        )}
      </FormDialog>
    </>
  );
}

function DeleteForm({ web, resource, close, gone }: Omit<ActionDialogProps, 'action' | 'gone'> & { gone: (() => void) | undefined }) {
  const { t } = useTranslation();
  const requests = useRequests(web.kind);
  const [isBusy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    try {
      await requests.remove(resource);
      close();
      gone?.();
    } catch (error) {
      showProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Text mb="lg">{t(`${web.kind.name}:deleteSays`)}</Text>
      <Group justify="end">
        <Button variant="default" onClick={close} data-autofocus>
          {t('cancel')}
        </Button>
        <Button color="red" loading={isBusy} onClick={() => void remove()}>
          {t('verbs.delete')}
        </Button>
      </Group>
    </>
  );
}
