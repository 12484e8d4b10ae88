import { Text } from '@mantine/core';
import { IconRulerMeasure } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { MiB } from '../../core/units.ts';
import type { WebKind } from '../../web/web-kind.ts';
import { Bytes } from '../../web/widgets/bytes.tsx';
import { eventsTab } from '../../web/widgets/events/events-tab.tsx';
import { Facts } from '../../web/widgets/facts.tsx';
import { InstancesUsing } from '../../web/widgets/instances-using.tsx';
import { later } from '../../web/widgets/later.tsx';
import { NameLink } from '../../web/widgets/name-link.tsx';
import { When } from '../../web/widgets/when.tsx';
import { defaultInstanceTypeName, instanceTypeKind, type InstanceType } from './instance-type.ts';
import { instanceTypeWords } from './instance-type.words.ts';

const CreateForm = later(() => import('../../web/widgets/create-form.tsx'), 'CreateForm');

export const instanceTypeWeb: WebKind<typeof instanceTypeKind> = {
  kind: instanceTypeKind,
  icon: IconRulerMeasure,
  section: 'cloud',
  words: instanceTypeWords,
  canDelete: true,
  bulkVerbs: [],
  create: () => <CreateForm kind={instanceTypeKind} />,
  tabs: [{ id: 'overview', Content: Overview }, { id: 'instances', Content: Instances }, eventsTab],
  columns: [
    { id: 'name', value: (type) => type.name, cell: (type) => <NameLink kind={instanceTypeKind} resource={type} /> },
    { id: 'vcpus', value: (type) => type.spec.vcpus, width: '8rem', align: 'right', titleOnCard: true },
    {
      id: 'memory',
      value: (type) => type.spec.memoryMib,
      cell: (type) => <Bytes bytes={type.spec.memoryMib * MiB} />,
      width: '8rem',
      align: 'right',
      titleOnCard: true,
    },
    { id: 'swap', value: (type) => type.spec.swapMib, cell: (type) => <Swap type={type} />, width: '8rem', align: 'right', wideOnly: true },
    { id: 'created', value: (type) => type.createdAt, cell: (type) => <When at={type.createdAt} />, width: '12rem', wideOnly: true },
  ],
  Summary: function Summary({ resource }) {
    const { t } = useTranslation();
    return resource.name === defaultInstanceTypeName ? (
      <Text size="sm" c="dimmed">
        {t('instance-type:isDefault')}
      </Text>
    ) : null;
  },
};

function Swap({ type }: { type: InstanceType }) {
  const { t } = useTranslation();
  return type.spec.swapMib === 0 ? t('instance-type:noSwap') : <Bytes bytes={type.spec.swapMib * MiB} />;
}

function Overview({ resource }: { resource: InstanceType }) {
  const { t } = useTranslation();
  return (
    <Facts
      title={t('instance-type:size')}
      facts={{
        [t('instance-type:columns.vcpus')]: String(resource.spec.vcpus),
        [t('instance-type:columns.memory')]: <Bytes bytes={resource.spec.memoryMib * MiB} />,
        [t('instance-type:columns.swap')]: <Swap type={resource} />,
        [t('instance-type:columns.created')]: <When at={resource.createdAt} />,
      }}
    />
  );
}

function Instances({ resource }: { resource: InstanceType }) {
  const { t } = useTranslation();
  return (
    <InstancesUsing
      uses={(instance) => instance.spec.type === resource.name}
      says={(count) => (count === 0 ? t('instance-type:unused') : t('instance-type:usedBy', { count }))}
      search={`?q=${encodeURIComponent(resource.name)}`}
    />
  );
}
