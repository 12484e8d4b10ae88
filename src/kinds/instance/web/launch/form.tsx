import { useProjectsFor } from '../../../../web/widgets/project-choice.ts';
import { Button, Collapse, Grid, Group, Select, Stack, TextInput, Title, ActionIcon, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconDice5 } from '@tabler/icons-react';
import { useEffect, useId, useMemo, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { CloudProblem } from '../../../../web/cloud/client.ts';
import { useList } from '../../../../web/cloud/cloud.tsx';
import type { Live } from '../../../../web/cloud/contract.ts';
import { useSession, useUser } from '../../../../web/shell/session.tsx';
import { announce } from '../../../../web/widgets/announcer.tsx';
import { ProblemPage, sayProblem } from '../../../../web/widgets/problem.tsx';
import { useSentence } from '../../../../web/words/use-sentence.ts';
import { imageKind } from '../../../image/image.ts';
import { instanceTypeKind } from '../../../instance-type/instance-type.ts';
import { networkKind } from '../../../network/network.ts';
import { sshKeyKind } from '../../../ssh-key/ssh-key.ts';
import { instanceKind, type Instance } from '../../instance.ts';
import { useLongestLease } from '../lease-input.tsx';
import { Appliances } from './appliances.tsx';
import { problemsIn, requestOf, type Draft, type FieldName } from './draft.ts';
import { Keys } from './keys.tsx';
import { More } from './more.tsx';
import { OutlookCard } from './outlook-card.tsx';
import { fieldsOf } from './refusal.ts';
import { Section } from './section.tsx';
import { sensibleType } from './sensible.ts';
import { Sizes } from './sizes.tsx';
import { suggestName, useDraft } from './use-draft.ts';
import { useForecast } from './use-forecast.ts';
import { useLaunch } from './use-launch.ts';

interface Props {
  /** Id or name of an image that the address asks for. */
  readonly wantedImage: string | undefined;
  readonly onMade: (instances: readonly Live<Instance>[], keyFile: string | null) => void;
}

const folded: readonly FieldName[] = ['userData', 'count', 'network', 'diskGib', 'restartPolicy', 'firmware', 'labels', 'description', 'lease'];

const labelOf: Readonly<Record<string, string>> = {
  name: 'name.title',
  type: 'size.title',
  keys: 'keys.title',
  project: 'project',
  userData: 'userData.title',
  diskGib: 'more.disk',
  restartPolicy: 'more.restart',
};

export function LaunchForm({ wantedImage, onMade }: Props) {
  const { t } = useTranslation();
  const user = useUser();
  const { session } = useSession();
  const isExpired = session.is === 'in' && session.expired;
  const { draft, change, drop } = useDraft(user.id);
  const images = useList(imageKind);
  const types = useList(instanceTypeKind);
  const networks = useList(networkKind);
  const projects = useProjectsFor(instanceKind);
  const allKeys = useList(sshKeyKind);
  const instances = useList(instanceKind);
  const [keyFile, setKeyFile] = useState<string | null>(null);
  const [userDataProblem, setUserDataProblem] = useState<string | null>(null);
  const [isTried, setTried] = useState(false);
  const [isOpen, setOpen] = useState(() => draft.userData !== '' || Number(draft.count) > 1);
  const form = useRef<HTMLFormElement>(null);
  const moreId = useId();

  const image = draft.image === null ? null : (images.byId?.get(draft.image) ?? null);
  useWantedImage(wantedImage, images.items, draft, change);
  const type = sensibleType(types.items ?? [], image, draft.type);
  // One that the draft was begun for may be out of reach by now.
  const project = projects.items?.some(({ id }) => id === draft.project) === true ? (draft.project ?? undefined) : projects.first;
  const keys = useMemo(() => (allKeys.items ?? []).filter((key) => key.project === project), [allKeys.items, project]);
  const chosenKeys = useMemo(() => {
    const names = keys.map((key) => key.name);
    return draft.keys === null ? names : draft.keys.filter((name) => names.includes(name));
  }, [draft.keys, keys]);
  const taken = useMemo(
    () => new Set((instances.items ?? []).filter((each) => each.project === project).map((each) => each.name)),
    [instances.items, project],
  );
  const isRead = [images, types, networks, projects, allKeys, instances].every(({ items }) => items !== undefined);

  const { isSending, refused, send, forget } = useLaunch(user.id, (made) => {
    onMade(made, keyFile);
    drop();
  });
  const request = useMemo(
    () => requestOf({ ...draft, project: project ?? null }, { type: type?.name ?? null, keys: chosenKeys }),
    [draft, project, type?.name, chosenKeys],
  );
  // What was refused was refused of what was sent then.
  const current = refused !== null && refused.content === JSON.stringify(request) ? refused.problem : null;
  // It may have arrived: then the name is taken by the very machine that is asked for once more.
  const isLost = current?.status === 0;
  const longestLease = useLongestLease();
  const problems = problemsIn(draft, isLost ? new Set() : taken, longestLease);
  const isAskable = isRead && Object.keys(problems).length === 0 && userDataProblem === null;
  const outlook = useForecast(isAskable && !isLost ? request : null, `${image?.state} ${String(isExpired)}`);
  useEffect(() => {
    if (!isExpired && refused?.problem.status === 401) forget();
  }, [isExpired, refused, forget]);

  const say = useSentence();
  const refusal = current ?? (outlook.is === 'refused' && outlook.isFresh ? outlook.problem : null);
  const refusedFields = refusal === null ? [] : fieldsOf(refusal);
  const errorOf = (field: FieldName): string | null => {
    const own = problems[field];
    if (field === 'userData' && userDataProblem !== null) return null;
    // Nobody is told that a field is empty before having had the chance to fill it in.
    if (own !== undefined) return own.key === 'image' && !isTried ? null : t(`launch:problems.${own.key}`, own);
    const found = refusedFields.find((each) => each.field === field);
    if (found === undefined || refusal === null) return null;
    const { says, remedy } = sayProblem(refusal);
    return found.problem === null ? `${says} ${remedy}`.trim() : say(found.problem);
  };
  /** Away from its field, a problem says which one it is of. */
  const labelled = (field: string, says: string) =>
    field === 'image' ? says : t('launch:problemOf', { field: t(`launch:${labelOf[field] ?? `more.${field}`}`), says });
  const openProblems = isRead
    ? Object.entries(problems).map(([field, problem]) => labelled(field, t(`launch:problems.${problem.key}`, problem)))
    : [];
  if (isRead && userDataProblem !== null) openProblems.push(labelled('userData', userDataProblem));

  const goTo = (field: FieldName) => {
    if (folded.includes(field)) setOpen(true);
    // After what was folded is there.
    setTimeout(() => {
      const place = form.current?.querySelector(`[data-field="${field}"]`);
      const focusable = 'input:not([disabled]), textarea, [contenteditable="true"], button';
      (place?.matches(focusable) === true ? (place as HTMLElement) : place?.querySelector<HTMLElement>(focusable))?.focus();
    });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const first = (Object.keys(problems) as FieldName[])[0] ?? (userDataProblem === null ? undefined : ('userData' as const));
    if (first !== undefined) {
      announce(openProblems[0] ?? '');
      return goTo(first);
    }
    const problem = await send(request);
    if (problem === null) return undefined;
    const { says, remedy } = sayProblem(problem);
    announce(`${says} ${remedy}`);
    const [about] = fieldsOf(problem);
    if (about !== undefined) goTo(about.field);
    return undefined;
  };

  const failed = [images, types, networks, projects, allKeys, instances].find(({ error }) => error !== null);
  if (failed !== undefined) return <ProblemPage problem={(failed.error as CloudProblem).problem} retry={failed.retry} />;
  return (
    <form ref={form} noValidate onSubmit={(event) => void submit(event)}>
      <Title order={1} mb="lg">
        {t('launch:title')}
      </Title>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap={36}>
            <Appliances
              images={images.items ?? []}
              projects={projects.byId}
              value={draft.image}
              onChange={(id) => change({ image: id })}
              error={errorOf('image')}
            />
            <Section title={t('launch:name.title')}>
              <Group align="start" gap="sm">
                <TextInput
                  data-field="name"
                  aria-label={t('launch:name.title')}
                  description={t('launch:name.hint')}
                  inputWrapperOrder={['input', 'description', 'error']}
                  value={draft.name}
                  onChange={(event) => change({ name: event.currentTarget.value })}
                  error={errorOf('name')}
                  spellCheck={false}
                  autoCapitalize="none"
                  autoComplete="off"
                  w={360}
                  maw="100%"
                  rightSection={
                    <Tooltip label={t('launch:name.another')}>
                      <ActionIcon variant="subtle" color="gray" aria-label={t('launch:name.another')} onClick={() => change({ name: suggestName() })}>
                        <IconDice5 size={18} />
                      </ActionIcon>
                    </Tooltip>
                  }
                />
                {(projects.items?.length ?? 0) > 1 && (
                  <Select
                    data-field="project"
                    aria-label={t('launch:project')}
                    description={t('launch:project')}
                    inputWrapperOrder={['input', 'description', 'error']}
                    data={(projects.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
                    value={project ?? null}
                    onChange={(id) => change({ project: id, keys: null })}
                    allowDeselect={false}
                    error={errorOf('project')}
                    w={220}
                  />
                )}
              </Group>
            </Section>
            <Sizes
              types={types.items ?? []}
              image={image}
              value={type?.name ?? null}
              onChange={(name) => change({ type: name })}
              error={errorOf('type')}
            />
            {allKeys.items !== undefined && (
              <Keys
                keys={keys}
                project={project}
                value={chosenKeys}
                onChange={(names) => change({ keys: names })}
                keyFile={keyFile}
                onKeyFile={setKeyFile}
                error={errorOf('keys')}
              />
            )}
            <div>
              <Button
                variant="subtle"
                px="xs"
                leftSection={isOpen ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
                aria-expanded={isOpen}
                aria-controls={moreId}
                onClick={() => setOpen(!isOpen)}
              >
                {t('launch:more.title')}
              </Button>
              <Collapse expanded={isOpen} id={moreId}>
                {isOpen && (
                  <div style={{ paddingTop: 'var(--mantine-spacing-md)' }}>
                    <More
                      draft={draft}
                      change={change}
                      image={image}
                      networks={networks.items ?? []}
                      errorOf={errorOf}
                      onUserDataProblem={setUserDataProblem}
                    />
                  </div>
                )}
              </Collapse>
            </div>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <div style={{ position: 'sticky', top: 'calc(56px + var(--mantine-spacing-lg))' }}>
            <OutlookCard outlook={outlook} keys={chosenKeys} refused={current} open={openProblems} isSending={isSending} />
          </div>
        </Grid.Col>
      </Grid>
    </form>
  );
}

/** What the address asks for, once; else the only one that there is. */
function useWantedImage(
  wanted: string | undefined,
  images: readonly { readonly id: string; readonly name: string; readonly state: string }[] | undefined,
  draft: Draft,
  change: (part: Partial<Draft>) => void,
): void {
  const isTaken = useRef(false);
  useEffect(() => {
    if (images === undefined || isTaken.current) return;
    isTaken.current = true;
    const asked = images.find(({ id, name }) => id === wanted || name === wanted);
    const ready = images.filter(({ state }) => state === 'available');
    if (asked !== undefined) change({ image: asked.id });
    else if (draft.image !== null && !images.some(({ id }) => id === draft.image)) change({ image: null });
    else if (draft.image === null && ready.length === 1) change({ image: ready[0]?.id ?? null });
  }, [images, wanted, draft.image, change]);
}
