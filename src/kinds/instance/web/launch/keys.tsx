import { Alert, Button, Checkbox, Group, Paper, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUser } from '../../../../web/shell/session.tsx';
import type { SshKey } from '../../../ssh-key/ssh-key.ts';
import { KeyFile } from '../../../ssh-key/web/key-file.tsx';
import { NewKey } from '../../../ssh-key/web/new-key.tsx';
import { Section } from './section.tsx';

interface Props {
  /** Of the project. */
  readonly keys: readonly SshKey[];
  readonly project: string | undefined;
  /** Names. */
  readonly value: readonly string[];
  readonly onChange: (names: readonly string[]) => void;
  /** File of a private key that was made on this page. */
  readonly keyFile: string | null;
  readonly onKeyFile: (name: string) => void;
  readonly error: string | null;
}

/** Who may log in. */
export function Keys({ keys, project, value, onChange, keyFile, onKeyFile, error }: Props) {
  const { t } = useTranslation();
  const user = useUser();
  const [isAdding, setAdding] = useState(false);
  const showsForm = isAdding || keys.length === 0;
  return (
    <Section title={t('launch:keys.title')} hint={t('launch:keys.hint')} field="keys">
      {keys.length > 0 && (
        <Checkbox.Group value={[...value]} onChange={onChange} aria-label={t('launch:keys.title')} error={error}>
          <Group gap="lg">
            {keys.map((key) => (
              <Checkbox key={key.id} value={key.name} label={key.name} description={<KeyType publicKey={key.spec.publicKey} />} />
            ))}
          </Group>
        </Checkbox.Group>
      )}
      {keyFile !== null && (
        <Alert color="teal" variant="light" styles={{ body: { minWidth: 0 } }}>
          <KeyFile name={keyFile} />
        </Alert>
      )}
      {keys.length > 0 && value.length === 0 && !showsForm && (
        <Text size="sm" c="var(--mantine-color-error)">
          {t('launch:keys.none')}
        </Text>
      )}
      {showsForm ? (
        <Paper withBorder p="md">
          <Stack gap="sm">
            {keys.length === 0 && <Text size="sm">{t('launch:keys.first')}</Text>}
            <NewKey
              project={project}
              owner={user.name}
              onMade={({ name }, file) => {
                onChange([...value, name]);
                if (file !== null) onKeyFile(file);
                setAdding(false);
              }}
              onCancel={keys.length === 0 ? undefined : () => setAdding(false)}
            />
          </Stack>
        </Paper>
      ) : (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => setAdding(true)}
          style={{ alignSelf: 'flex-start' }}
        >
          {t('launch:keys.add')}
        </Button>
      )}
    </Section>
  );
}

function KeyType({ publicKey }: { publicKey: string }) {
  const [type = '', , ...comment] = publicKey.split(' ');
  return <>{[type.replace(/^ssh-/, ''), comment.join(' ')].filter((part) => part !== '').join(' · ')}</>;
}
