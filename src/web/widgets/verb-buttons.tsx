import { ActionIcon, Button, Group, Menu, Modal, Text, Tooltip } from '@mantine/core';
import { IconDotsVertical } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusal, type Kind } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import { useRequests } from '../cloud/cloud.tsx';
import type { Live } from '../cloud/contract.ts';
import type { AnyWebKind } from '../web-kind.ts';
import { showProblem } from './problem.tsx';

/** Why a verb is not possible now, as a sentence; null when it is. From the same table as the API's refusal. */
export function useRefusal(kind: Kind) {
  const { t } = useTranslation();
  return (verb: string, resource: Live<Resource>): string | null => {
    if (resource.deletedAt !== null) return t('verbs.beingDeleted');
    const refused = refusal(kind, verb, resource.state);
    return refused === null ? null : t(`${kind.name}:verbs.${verb}.hint`);
  };
}

/** Every verb of the kind, then deletion: the first as buttons, the others in a menu. Greyed with the reason. */
export function VerbButtons({ web, resource, shownFirst = 3 }: { web: AnyWebKind; resource: Live<Resource>; shownFirst?: number }) {
  const { t } = useTranslation();
  const refused = useRefusal(web.kind);
  const requests = useRequests(web.kind);
  const navigate = useNavigate();
  const [busy, setBusy] = useState<string | null>(null);
  const [form, setForm] = useState<string | null>(null);
  const verbs = Object.keys(web.kind.verbs);
  // What is possible now stands first, in the kind's own order.
  const ordered = [...verbs.filter((verb) => refused(verb, resource) === null), ...verbs.filter((verb) => refused(verb, resource) !== null)];
  const run = async (verb: string) => {
    if (web.verbForms?.[verb] !== undefined) return setForm(verb);
    setBusy(verb);
    try {
      await requests.run(resource, verb as never);
    } catch (error) {
      showProblem(error);
    } finally {
      setBusy(null);
    }
  };
  const remove = async () => {
    setBusy('delete');
    try {
      await requests.remove(resource);
      setForm(null);
      await navigate({ to: `/${web.kind.plural}` });
    } catch (error) {
      showProblem(error);
    } finally {
      setBusy(null);
    }
  };
  const Form = form === null ? undefined : web.verbForms?.[form];
  return (
    <Group gap="xs">
      {ordered.slice(0, shownFirst).map((verb) => {
        const reason = refused(verb, resource);
        return (
          <Tooltip key={verb} label={reason ?? t(`${web.kind.name}:verbs.${verb}.says`)} multiline maw={320}>
            <Button
              variant="default"
              size="sm"
              data-disabled={reason !== null}
              aria-disabled={reason !== null}
              aria-description={reason ?? undefined}
              loading={busy === verb}
              onClick={() => (reason === null ? void run(verb) : undefined)}
            >
              {t(`${web.kind.name}:verbs.${verb}.name`)}
            </Button>
          </Tooltip>
        );
      })}
      <Menu position="bottom-end" keepMounted={false}>
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={t('verbs.more')}>
            <IconDotsVertical size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown miw={240}>
          {ordered.slice(shownFirst).map((verb) => (
            <VerbItem key={verb} label={t(`${web.kind.name}:verbs.${verb}.name`)} reason={refused(verb, resource)} run={() => void run(verb)} />
          ))}
          {web.canDelete && (
            <>
              {ordered.length > shownFirst && <Menu.Divider />}
              <VerbItem
                label={t('verbs.delete')}
                reason={resource.deletedAt === null ? null : t('verbs.beingDeleted')}
                run={() => setForm('delete')}
                isDangerous
              />
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={form === 'delete'} onClose={() => setForm(null)} title={t('verbs.deleteTitle', { name: resource.name })} centered>
        <Text mb="lg">{t(`${web.kind.name}:deleteSays`)}</Text>
        <Group justify="end">
          <Button variant="default" onClick={() => setForm(null)} data-autofocus>
            {t('cancel')}
          </Button>
          <Button color="red" loading={busy === 'delete'} onClick={() => void remove()}>
            {t('verbs.delete')}
          </Button>
        </Group>
      </Modal>
      <Modal
        opened={Form !== undefined}
        onClose={() => setForm(null)}
        title={form === null ? '' : `${t(`${web.kind.name}:verbs.${form}.name`)}: ${resource.name}`}
        centered
      >
        {Form !== undefined && <Form resource={resource} done={() => setForm(null)} />}
      </Modal>
    </Group>
  );
}

/** An item that cannot be chosen stays reachable, so that its reason can be read. */
function VerbItem({ label, reason, run, isDangerous = false }: { label: string; reason: string | null; run: () => void; isDangerous?: boolean }) {
  return (
    <Menu.Item
      {...(isDangerous ? { color: 'red' } : {})}
      aria-disabled={reason !== null}
      data-disabled={reason !== null}
      closeMenuOnClick={reason === null}
      onClick={() => (reason === null ? run() : undefined)}
    >
      {label}
      {reason !== null && (
        <Text size="xs" c="dimmed" maw={260}>
          {reason}
        </Text>
      )}
    </Menu.Item>
  );
}
