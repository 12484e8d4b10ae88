import { Button, Card, Center, Group, Loader, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { IconRocket } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { hostKind } from '../../kinds/host/host.ts';
import { hostLoad, instancesByHost, totalLoad } from '../../kinds/host/web/host-load.ts';
import { LoadBars } from '../../kinds/host/web/load-bars.tsx';
import { imageKind } from '../../kinds/image/image.ts';
import { instanceKind } from '../../kinds/instance/instance.ts';
import type { CloudProblem } from '../cloud/client.ts';
import { seesWholeCloud, useForbidden } from '../cloud/access.ts';
import { useList } from '../cloud/cloud.tsx';
import { useUser } from '../shell/session.tsx';
import { ProblemPage } from '../widgets/problem.tsx';
import { addWords } from '../words/index.ts';
import { FirstUse } from './first-use.tsx';
import { HostMap, longMapFrom } from './host-map.tsx';
import { MyMachines } from './my-machines.tsx';
import classes from './overview.module.css';
import { overviewWords } from './overview.words.ts';
import { OwnQuotas } from './own-quotas.tsx';
import { RecentEvents } from './recent-events.tsx';
import { TroubleList } from './trouble-list.tsx';
import { findTroubles } from './troubles.ts';
import { WhoUsesMost } from './who-uses-most.tsx';

addWords('overview', overviewWords);

const route = getRouteApi('/');

/** The whole cloud for who sees it; what is one's own for everybody. */
export function Overview() {
  const { t } = useTranslation();
  const { view } = route.useSearch();
  const navigate = route.useNavigate();
  const seesAll = seesWholeCloud(useUser());
  const mayLaunch = useForbidden()(instanceKind, 'create', null) === null;
  const isMine = !seesAll || view === 'mine';
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1}>{t('overview.title')}</Title>
        <Group gap="sm">
          {seesAll && (
            <SegmentedControl
              aria-label={t('overview:view.label')}
              value={isMine ? 'mine' : 'cloud'}
              onChange={(value) => void navigate({ search: { view: value === 'mine' ? 'mine' : undefined }, replace: true })}
              data={[
                { value: 'cloud', label: t('overview:view.cloud') },
                { value: 'mine', label: t('overview:view.mine') },
              ]}
            />
          )}
          {mayLaunch && (
            <Button leftSection={<IconRocket size={16} />} renderRoot={(props) => <Link to="/launch" {...props} />}>
              {t('launch')}
            </Button>
          )}
        </Group>
      </Group>
      {isMine ? <Mine /> : <WholeCloud />}
    </Stack>
  );
}

function WholeCloud() {
  const { t } = useTranslation();
  const instances = useList(instanceKind);
  const hosts = useList(hostKind);
  const images = useList(imageKind);
  const lists = useMemo(() => {
    if (instances.items === undefined || hosts.items === undefined || images.items === undefined) return null;
    const byHost = instancesByHost(instances.items);
    const all = { instances: instances.items, hosts: inOrder(hosts.items), images: images.items, instancesByHost: byHost };
    const load = totalLoad(hosts.items.map((host) => hostLoad(host, byHost.get(host.id) ?? [])));
    return { ...all, load, troubles: findTroubles(all) };
  }, [instances.items, hosts.items, images.items]);
  const failed = [instances, hosts, images].find(({ error }) => error !== null);
  if (failed !== undefined) return <ProblemPage problem={(failed.error as CloudProblem).problem} retry={failed.retry} />;
  if (lists === null) return <Waiting />;
  const isEmpty = lists.instances.length === 0;
  const map = <HostMap hosts={lists.hosts} instances={lists.instances} instancesByHost={lists.instancesByHost} />;
  return (
    <>
      <div className={classes['top']}>
        <Stack gap="md">
          {isEmpty && <FirstUse />}
          {(!isEmpty || lists.troubles.length > 0) && <TroubleList troubles={lists.troubles} />}
        </Stack>
        <Card withBorder padding="md" component="section" aria-labelledby="capacity-title">
          <Group justify="space-between" mb="md">
            <Title order={2} id="capacity-title">
              {t('overview:capacity.title')}
            </Title>
            <Text size="sm" c="dimmed">
              {t('overview:capacity.hosts', { count: lists.hosts.length })}
            </Text>
          </Group>
          <LoadBars load={lists.load} />
        </Card>
      </div>
      {/* A long map would push everything else out of sight. */}
      {lists.hosts.length > 0 && lists.hosts.length < longMapFrom && map}
      <div className={isEmpty ? undefined : classes['two']}>
        {!isEmpty && <WhoUsesMost instances={lists.instances} />}
        <RecentEvents />
      </div>
      {lists.hosts.length >= longMapFrom && map}
    </>
  );
}

/** As people count: node-2 before node-10. */
const names = new Intl.Collator('en', { numeric: true });
const inOrder = <R extends { readonly name: string }>(items: readonly R[]): R[] => items.toSorted((a, b) => names.compare(a.name, b.name));

function Mine() {
  const { t } = useTranslation();
  const user = useUser();
  const instances = useList(instanceKind);
  const images = useList(imageKind);
  const mayLaunch = useForbidden()(instanceKind, 'create', null) === null;
  // Who makes none is shown those that there are to work with.
  const own = useMemo(() => {
    const inProjects = new Set(user.projects.map(({ id }) => id));
    const seesAll = seesWholeCloud(user);
    return instances.items?.filter(({ createdBy, project }) => (mayLaunch ? createdBy === user.id : !seesAll || inProjects.has(project ?? '')));
  }, [instances.items, user, mayLaunch]);
  const troubles = useMemo(
    () =>
      findTroubles({
        hosts: [],
        images: images.items?.filter(({ createdBy }) => createdBy === user.id) ?? [],
        instances: own ?? [],
        instancesByHost: new Map(),
      }),
    [images.items, own, user.id],
  );
  // Who only looks after them, or looks at them, has none.
  const title = mayLaunch
    ? t('overview:view.mine')
    : user.projects.length === 0
      ? t('overview:shared')
      : t('overview:ofProjects', { count: user.projects.length });
  if (instances.error !== null) return <ProblemPage problem={(instances.error as CloudProblem).problem} retry={instances.retry} />;
  if (own === undefined) return <Waiting />;
  return (
    <>
      {own.length === 0 && (mayLaunch ? <FirstUse /> : <Text c="dimmed">{t('overview:nothingYet')}</Text>)}
      {troubles.length > 0 && <TroubleList troubles={troubles} />}
      {own.length > 0 && <MyMachines instances={own} title={title} />}
      <OwnQuotas />
    </>
  );
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <Center mih={240}>
      <Loader role="progressbar" aria-label={t('loading')} />
    </Center>
  );
}
