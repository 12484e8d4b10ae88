import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconPhoto, IconRocket } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Live } from '../../web/cloud/contract.ts';
import type { WebKind } from '../../web/web-kind.ts';
import { Bytes } from '../../web/widgets/bytes.tsx';
import { eventsTab } from '../../web/widgets/events/events-tab.tsx';
import { later } from '../../web/widgets/later.tsx';
import { NameLink } from '../../web/widgets/name-link.tsx';
import { StateBadge } from '../../web/widgets/state-badge.tsx';
import { When } from '../../web/widgets/when.tsx';
import { useFormat } from '../../web/words/format.ts';
import { imageKind, type Image } from './image.ts';
import { imageWords } from './image.words.ts';

export const imageWeb: WebKind<typeof imageKind> = {
  kind: imageKind,
  icon: IconPhoto,
  section: 'use',
  words: imageWords,
  canDelete: true,
  bulkVerbs: ['retry'],
  create: later(() => import('./web/create-image.tsx'), 'CreateImage'),
  tabs: [
    { id: 'overview', Content: later(() => import('./web/image-tabs.tsx'), 'OverviewTab') },
    { id: 'instances', Content: later(() => import('./web/image-tabs.tsx'), 'InstancesTab') },
    eventsTab,
  ],
  columns: [
    { id: 'name', value: (image) => image.name, cell: (image) => <NameLink kind={imageKind} resource={image} /> },
    { id: 'state', value: (image) => image.state, cell: (image) => <StateCell image={image} />, width: '12rem' },
    { id: 'size', value: sizeOf, cell: (image) => <Bytes bytes={sizeOf(image)} />, width: '7rem', align: 'right', wideOnly: true },
    { id: 'disk', value: diskOf, cell: (image) => <Bytes bytes={diskOf(image)} />, width: '7rem', align: 'right', titleOnCard: true },
    { id: 'description', value: (image) => image.spec.description, wideOnly: true },
    { id: 'created', value: (image) => image.createdAt, cell: (image) => <When at={image.createdAt} />, width: '9rem', wideOnly: true },
  ],
  Summary: ({ resource }) => (
    <Stack gap={6}>
      <Text size="sm" c="dimmed">
        {resource.spec.description}
      </Text>
      <ImportProgress image={resource} />
    </Stack>
  ),
  Actions: function LaunchButton({ resource }) {
    const { t } = useTranslation();
    if (resource.state !== 'available') return null;
    return (
      <Button leftSection={<IconRocket size={16} />} renderRoot={(props) => <Link to="/launch" search={{ image: resource.id }} {...props} />}>
        {t('image:launch')}
      </Button>
    );
  },
};

function sizeOf(image: Image): number | null {
  return image.status.content?.sizeBytes ?? null;
}

function diskOf(image: Image): number | null {
  return image.status.content?.virtualSizeBytes ?? null;
}

function StateCell({ image }: { image: Live<Image> }) {
  const format = useFormat();
  const percent = image.status.progress?.percent ?? null;
  return (
    <Group gap={6} wrap="nowrap" display="inline-flex">
      <StateBadge kind="image" state={image.state} />
      {percent !== null && (
        <Text size="xs" c="dimmed">
          {format.percent(percent / 100)}
        </Text>
      )}
    </Group>
  );
}

/** How far its content is, while it is brought in. */
function ImportProgress({ image }: { image: Live<Image> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { progress } = image.status;
  if (progress === null || image.state !== 'importing') return null;
  const step = t(`image:steps.${progress.step}`, { defaultValue: progress.step });
  const says = progress.percent === null ? step : t('image:progressPercent', { step, percent: format.percent(progress.percent / 100) });
  return (
    <Stack gap={2} w={280} maw="100%">
      <Progress value={progress.percent ?? 100} animated={progress.percent === null} striped={progress.percent === null} aria-label={says} />
      <Text size="xs" c="dimmed">
        {says}
      </Text>
    </Stack>
  );
}
