import { Code } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { CopyLine } from '../../web/widgets/copy-line.tsx';
import { eventsTab } from '../../web/widgets/events/events-tab.tsx';
import { Facts } from '../../web/widgets/facts.tsx';
import { later } from '../../web/widgets/later.tsx';
import { LiveLink } from '../../web/widgets/live-link.tsx';
import { NameLink } from '../../web/widgets/name-link.tsx';
import { When } from '../../web/widgets/when.tsx';
import type { WebKind } from '../../web/web-kind.ts';
import { projectKind } from '../project/project.ts';
import { sshKeyKind, type SshKey } from './ssh-key.ts';
import { sshKeyWords } from './ssh-key.words.ts';

export const sshKeyWeb: WebKind<typeof sshKeyKind> = {
  kind: sshKeyKind,
  icon: IconKey,
  section: 'use',
  words: sshKeyWords,
  canDelete: true,
  bulkVerbs: [],
  create: later(() => import('./web/create-key.tsx'), 'CreateKey'),
  tabs: [{ id: 'overview', Content: Overview }, eventsTab],
  columns: [
    { id: 'name', value: (key) => key.name, cell: (key) => <NameLink kind={sshKeyKind} resource={key} /> },
    {
      id: 'project',
      value: (key) => key.project,
      cell: (key) => (key.project === null ? null : <LiveLink kind={projectKind} id={key.project} />),
      width: '10rem',
      titleOnCard: true,
    },
    { id: 'type', value: (key) => key.spec.publicKey.split(' ')[0] ?? '', width: '8rem', wideOnly: true },
    { id: 'fingerprint', value: (key) => key.spec.fingerprint, cell: (key) => <Code>{key.spec.fingerprint}</Code>, width: '27rem', wideOnly: true },
    { id: 'created', value: (key) => key.createdAt, cell: (key) => <When at={key.createdAt} />, width: '9rem', wideOnly: true },
  ],
};

function Overview({ resource }: { resource: SshKey }) {
  const { t } = useTranslation();
  const [type = '', , ...comment] = resource.spec.publicKey.split(' ');
  return (
    <Facts
      title={t('ssh-key:facts.title')}
      facts={{
        [t('ssh-key:facts.type')]: type,
        [t('ssh-key:facts.comment')]: comment.join(' '),
        [t('ssh-key:facts.fingerprint')]: <Code>{resource.spec.fingerprint}</Code>,
        [t('ssh-key:facts.publicKey')]: <CopyLine text={resource.spec.publicKey} label={t('ssh-key:facts.publicKey')} />,
        [t('ssh-key:facts.created')]: <When at={resource.createdAt} />,
      }}
    />
  );
}
