import { ActionIcon, Alert, Button, Group, NativeSelect, Stack, Table, Text, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Resource, Share } from '../../core/resource.ts';
import { groupKind } from '../../kinds/group/group.ts';
import { projectKind } from '../../kinds/project/project.ts';
import { useForbidden } from '../cloud/access.ts';
import { CloudProblem } from '../cloud/client.ts';
import { useRequests, type ShareWith } from '../cloud/cloud.tsx';
import type { Live } from '../cloud/contract.ts';
import type { AnyWebKind } from '../web-kind.ts';
import { announce } from './announcer.tsx';
import { useUnsaved } from './form/unsaved.ts';
import { useProblem } from './form/use-problem.ts';
import { PrincipalInput } from './principal-input.tsx';
import { ProblemText, showProblem } from './problem.tsx';

const sorts = ['user', 'group', 'project', 'everyone'] as const;
type Sort = (typeof sorts)[number];

/** With whom something is shared outside its project: who has it, one more, one less. Each step counts at once. */
export default function ShareDialog({ web, resource, close }: { web: AnyWebKind; resource: Live<Resource>; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('share:says')}
      </Text>
      <AddShare web={web} resource={resource} />
      <Shares web={web} resource={resource} />
      <Group justify="end">
        <Button variant="default" onClick={close}>
          {t('share:done')}
        </Button>
      </Group>
    </Stack>
  );
}

function AddShare({ web, resource }: { web: AnyWebKind; resource: Live<Resource> }) {
  const { t } = useTranslation();
  const requests = useRequests(web.kind);
  const forbidden = useForbidden();
  const [sort, setSort] = useState<Sort>('user');
  const [name, setName] = useState('');
  const [access, setAccess] = useState<Share['access']>('read');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useProblem();
  useUnsaved(name !== '');
  const ofProject = { kind: projectKind.name, id: resource.project ?? '', project: null };
  const whyNotEveryone = sort === 'everyone' ? forbidden(projectKind, 'share-with-everyone', ofProject) : null;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (whyNotEveryone !== null || (sort !== 'everyone' && name.trim() === '')) return;
    setBusy(true);
    setProblem(null);
    try {
      await requests.share(resource, whoOf(sort, name.trim()), access);
      announce(t('share:added', { who: sort === 'everyone' ? t('share:everyone') : name.trim() }));
      setName('');
    } catch (error) {
      if (!(error instanceof CloudProblem)) throw error;
      setProblem(error.problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="xs">
        <Group align="end" gap="xs">
          <NativeSelect
            label={t('share:with')}
            value={sort}
            onChange={(event) => setSort(event.currentTarget.value as Sort)}
            data={sorts.map((value) => ({ value, label: t(`share:kinds.${value}`) }))}
            data-autofocus
          />
          {sort !== 'everyone' && (
            <PrincipalInput
              kind={sort}
              label={t(`share:names.${sort}`)}
              value={name}
              onChange={setName}
              flex="1 1 140px"
              required
              withAsterisk={false}
            />
          )}
          <NativeSelect
            label={t('share:access')}
            value={access}
            onChange={(event) => setAccess(event.currentTarget.value as Share['access'])}
            data={(['read', 'use'] as const).map((value) => ({ value, label: t(`share:accesses.${value}`) }))}
          />
          <Button
            type="submit"
            loading={isBusy}
            {...(whyNotEveryone === null ? {} : { 'aria-disabled': true, 'data-disabled': true, 'aria-description': whyNotEveryone })}
          >
            {t('share:add')}
          </Button>
        </Group>
        {sort === 'everyone' && (
          <Text size="sm" c="dimmed">
            {whyNotEveryone ?? t('share:everyoneSays')}
          </Text>
        )}
        {problem !== null && (
          <Alert color="red" role="alert">
            <ProblemText problem={problem} />
          </Alert>
        )}
      </Stack>
    </form>
  );
}

function Shares({ web, resource }: { web: AnyWebKind; resource: Live<Resource> }) {
  const { t } = useTranslation();
  const requests = useRequests(web.kind);
  const { shares = [] } = resource;
  const nameOf = (share: Share) => (share.with === 'everyone' ? t('share:everyone') : share.name);
  const remove = async (share: Share) => {
    try {
      await requests.unshare(resource, whoOf(sortOf(share), share.with));
      announce(t('share:removed', { who: nameOf(share) }));
    } catch (error) {
      showProblem(error);
    }
  };
  if (shares.length === 0)
    return (
      <Text size="sm">
        {t('share:list')}: {t('share:none')}
      </Text>
    );
  return (
    <Table verticalSpacing={4} aria-label={t('share:list')}>
      <Table.Tbody>
        {shares.map((share) => (
          <Table.Tr key={share.with}>
            <Table.Th scope="row" fw={550}>
              {nameOf(share)}
            </Table.Th>
            <Table.Td>{t(`share:kinds.${sortOf(share)}`)}</Table.Td>
            <Table.Td>{t(`share:accesses.${share.access}`)}</Table.Td>
            <Table.Td ta="right">
              <Tooltip label={t('share:remove', { who: nameOf(share) })}>
                <ActionIcon variant="subtle" color="gray" aria-label={t('share:remove', { who: nameOf(share) })} onClick={() => void remove(share)}>
                  <IconX size={16} />
                </ActionIcon>
              </Tooltip>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function sortOf({ with: who }: Share): Sort {
  if (who === 'everyone') return 'everyone';
  if (who.startsWith(`${groupKind.prefix}-`)) return 'group';
  return who.startsWith(`${projectKind.prefix}-`) ? 'project' : 'user';
}

function whoOf(sort: Sort, ref: string): ShareWith {
  switch (sort) {
    case 'user':
      return { user: ref };
    case 'group':
      return { group: ref };
    case 'project':
      return { project: ref };
    case 'everyone':
      return { everyone: true };
  }
}
