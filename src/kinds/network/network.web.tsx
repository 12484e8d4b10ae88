import { Code } from '@mantine/core';
import { IconNetwork } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { WebKind } from '../../web/web-kind.ts';
import { eventsTab } from '../../web/widgets/events/events-tab.tsx';
import { Facts } from '../../web/widgets/facts.tsx';
import { InstancesUsing } from '../../web/widgets/instances-using.tsx';
import { NameLink } from '../../web/widgets/name-link.tsx';
import { When } from '../../web/widgets/when.tsx';
import { networkKind, type Network } from './network.ts';
import { networkWords } from './network.words.ts';

export const networkWeb: WebKind<typeof networkKind> = {
  kind: networkKind,
  icon: IconNetwork,
  section: 'cloud',
  words: networkWords,
  canDelete: false,
  bulkVerbs: [],
  create: null,
  tabs: [{ id: 'overview', Content: Overview }, { id: 'instances', Content: Instances }, eventsTab],
  columns: [
    { id: 'name', value: (network) => network.name, cell: (network) => <NameLink kind={networkKind} resource={network} /> },
    { id: 'cidr', value: (network) => network.spec.cidr, width: '10rem' },
    { id: 'gateway', value: (network) => network.spec.gateway, width: '9rem', wideOnly: true },
    { id: 'domain', value: (network) => network.spec.domain, wideOnly: true },
    {
      id: 'nat',
      value: (network) => String(network.spec.nat),
      cell: (network) => <YesNo value={network.spec.nat} />,
      width: '10rem',
      wideOnly: true,
    },
  ],
};

function YesNo({ value }: { value: boolean }) {
  const { t } = useTranslation();
  return t(value ? 'network:yes' : 'network:no');
}

function Overview({ resource }: { resource: Network }) {
  const { t } = useTranslation();
  const { cidr, gateway, domain, mtuBytes, bridge, nat } = resource.spec;
  return (
    <Facts
      title={t('network:facts.title')}
      facts={{
        [t('network:facts.cidr')]: <Code>{cidr}</Code>,
        [t('network:facts.gateway')]: <Code>{gateway}</Code>,
        [t('network:facts.domain')]: domain,
        [t('network:facts.nat')]: <YesNo value={nat} />,
        [t('network:facts.mtu')]: t('network:facts.mtuBytes', { count: mtuBytes }),
        [t('network:facts.bridge')]: <Code>{bridge}</Code>,
        [t('network:facts.created')]: <When at={resource.createdAt} />,
      }}
    />
  );
}

function Instances({ resource }: { resource: Network }) {
  const { t } = useTranslation();
  return (
    <InstancesUsing
      uses={(instance) => instance.spec.nics.some((nic) => nic.network === resource.id)}
      says={(count) => (count === 0 ? t('network:unused') : t('network:usedBy', { count }))}
      search=""
    />
  );
}
