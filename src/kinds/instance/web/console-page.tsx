import { Anchor, Center, Group, Loader, SegmentedControl, Stack, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { CloudProblem } from '../../../web/cloud/client.ts';
import { useList } from '../../../web/cloud/cloud.tsx';
import { MissingPage } from '../../../web/shell/missing-page.tsx';
import { ProblemPage } from '../../../web/widgets/problem.tsx';
import { StateBadge } from '../../../web/widgets/state-badge.tsx';
import { untilFetched } from '../../../web/widgets/until-fetched.ts';
import { instanceKind } from '../instance.ts';

// Each is as big as the rest of the page: it comes when somebody looks at one.
const SerialConsole = lazy(async () => ({ default: (await untilFetched(() => import('./console/serial-console.tsx'))).SerialConsole }));
const ScreenConsole = lazy(async () => ({ default: (await untilFetched(() => import('./console/screen-console.tsx'))).ScreenConsole }));

const route = getRouteApi('/instances/$ref/console');

export function ConsolePage() {
  const { t } = useTranslation();
  const { ref } = route.useParams();
  const { stream = 'serial' } = route.useSearch();
  const navigate = route.useNavigate();
  const { items, byId, error, retry } = useList(instanceKind);
  const instance = byId?.get(ref) ?? items?.find((item) => item.name === ref);
  const loading = (
    <Center mih="40vh">
      <Loader role="progressbar" aria-label={t('loading')} />
    </Center>
  );
  if (error !== null) return <ProblemPage problem={(error as CloudProblem).problem} retry={retry} />;
  if (items === undefined) return loading;
  if (instance === undefined) return <MissingPage text={t('missing.resource', { what: t('instance:one'), ref })} />;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Group gap="sm">
          <Title order={1}>
            <Anchor inherit renderRoot={(props) => <Link to="/$plural/$ref" params={{ plural: 'instances', ref: instance.id }} {...props} />}>
              {instance.name}
            </Anchor>
          </Title>
          <StateBadge kind="instance" state={instance.state} />
        </Group>
        <SegmentedControl
          aria-label={t('instance:console')}
          value={stream}
          onChange={(value) => void navigate({ search: { stream: value }, replace: true })}
          data={[
            { value: 'serial', label: t('instance:consoles.serial') },
            { value: 'vnc', label: t('instance:consoles.screen') },
          ]}
        />
      </Group>
      <Suspense fallback={loading}>{stream === 'vnc' ? <ScreenConsole instance={instance} /> : <SerialConsole instance={instance} />}</Suspense>
    </Stack>
  );
}
