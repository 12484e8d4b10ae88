import { Card, NativeSelect, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUser } from '../../../web/shell/session.tsx';
import { forgetUnsaved } from '../../../web/widgets/form/unsaved.ts';
import { useProjectsFor } from '../../../web/widgets/project-choice.ts';
import { sshKeyKind } from '../ssh-key.ts';
import { KeyFile } from './key-file.tsx';
import { NewKey } from './new-key.tsx';

/** A page for the form that the launch page has too. */
export function CreateKey() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const user = useUser();
  const { items: projects = [], first } = useProjectsFor(sshKeyKind);
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const project = chosen ?? first;
  const leave = (path: string) => {
    forgetUnsaved();
    void navigate({ to: path });
  };
  return (
    <Card withBorder maw={640} padding="lg">
      <Stack gap="md">
        {projects.length > 1 && (
          <NativeSelect
            label={t('ssh-key:newKey.project')}
            value={project ?? ''}
            data={projects.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(event) => setChosen(event.currentTarget.value)}
            maw={320}
          />
        )}
        <NewKey
          project={project}
          owner={user.name}
          onMade={({ id }, file) => {
            if (file !== null)
              notifications.show({ color: 'teal', withBorder: true, role: 'status', autoClose: 30_000, message: <KeyFile name={file} /> });
            leave(`/${sshKeyKind.plural}/${id}`);
          }}
          onCancel={() => leave(`/${sshKeyKind.plural}`)}
        />
      </Stack>
    </Card>
  );
}
