import { Alert, Button, Code, Group, Stack, Text, Textarea } from '@mantine/core';
import { IconCheck, IconKey } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CreateForm } from '../../../web/widgets/create-form.tsx';
import type { FieldInputProps } from '../../../web/widgets/form/field-input.tsx';
import { fieldsOf } from '../../../web/widgets/form/fields.ts';
import { textOf, type Value, type Values } from '../../../web/widgets/form/values.ts';
import { announce } from '../../../web/widgets/announcer.tsx';
import { sshKeyKind } from '../ssh-key.ts';
import { checkPublicKey, fingerprintOf } from './check-public-key.ts';
import { download } from './download.ts';
import { makeKeyPair } from './openssh-key.ts';

type OwnProps = FieldInputProps & { setOther: (field: string, value: Value) => void; values: Values };

/** Paste one, or have one made in the browser. */
export function CreateKey() {
  return (
    <CreateForm
      kind={sshKeyKind}
      fields={fieldsOf(sshKeyKind.create)}
      toBody={(values) => ({ publicKey: textOf(values['publicKey']).trim() })}
      fieldOfCode={{ SSH_KEY_INVALID: 'publicKey' }}
      inputs={{ publicKey: (props) => <PublicKeyInput {...props} /> }}
    />
  );
}

function PublicKeyInput({ label, help, value, error, onChange, setOther, values }: OwnProps) {
  const { t } = useTranslation();
  const text = typeof value === 'string' ? value : '';
  const [isLeft, setLeft] = useState(false);
  const checked = text.trim() === '' ? null : checkPublicKey(text);
  const problem = checked?.is === 'bad' && (isLeft || checked.why === 'private') ? t(`ssh-key:problems.${checked.why}`) : null;
  return (
    <Stack gap="xs">
      <Textarea
        label={label}
        description={help}
        error={error ?? problem}
        name="publicKey"
        data-field="publicKey"
        withAsterisk
        autosize
        minRows={3}
        maxRows={8}
        spellCheck={false}
        autoCapitalize="none"
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 'var(--mantine-font-size-xs)' } }}
        value={text}
        onChange={(event) => {
          const next = event.currentTarget.value;
          // A private key has no business here: it is not kept for a moment.
          const found = checkPublicKey(next);
          onChange(found.is === 'bad' && found.why === 'private' ? '-----BEGIN OPENSSH PRIVATE KEY-----' : next);
          if (found.is === 'good' && values['name'] === '') setOther('name', nameFrom(found.comment));
        }}
        onBlur={() => setLeft(true)}
      />
      {checked?.is === 'good' && <Good type={checked.type} comment={checked.comment} bytes={checked.bytes} />}
      {text === '' && <Generate name={textOf(values['name'])} use={onChange} nameIt={(name) => setOther('name', name)} />}
    </Stack>
  );
}

function Good({ type, comment, bytes }: { type: string; comment: string; bytes: Uint8Array<ArrayBuffer> }) {
  const { t } = useTranslation();
  const [fingerprint, setFingerprint] = useState<string | null>(null);
  useEffect(() => {
    let isOver = false;
    void fingerprintOf(bytes).then((found) => !isOver && setFingerprint(found));
    return () => {
      isOver = true;
    };
    // oxlint-disable-next-line exhaustive-deps -- the same text is other bytes each time it is read
  }, [bytes.join()]);
  return (
    <Group gap="xs" role="status">
      <IconCheck size={16} color="var(--mantine-color-teal-text)" aria-hidden />
      <Text size="sm">{t('ssh-key:good', { type, comment: comment === '' ? t('ssh-key:noComment') : comment })}</Text>
      {fingerprint !== null && <Code>{fingerprint}</Code>}
    </Group>
  );
}

/** The private half is saved as a file and forgotten; only the public one goes into the form. */
function Generate({ name, use, nameIt }: { name: string; use: (publicKey: string) => void; nameIt: (name: string) => void }) {
  const { t } = useTranslation();
  const [isImpossible, setImpossible] = useState(false);
  const fileName = name === '' ? 'stratuslab' : name;
  const make = async () => {
    const pair = await makeKeyPair(fileName);
    if (pair === null) return setImpossible(true);
    download(fileName, pair.privateKey);
    if (name === '') nameIt(fileName);
    use(pair.publicKey);
    announce(t('ssh-key:generated', { file: fileName }));
  };
  return (
    <Stack gap={6} align="start">
      <Button variant="light" leftSection={<IconKey size={16} />} onClick={() => void make()}>
        {t('ssh-key:generate')}
      </Button>
      <Text size="sm" c="dimmed">
        {t('ssh-key:generateHelp')}
      </Text>
      {isImpossible && (
        <Alert color="orange" role="alert">
          {t('ssh-key:cannotGenerate')} <Code>ssh-keygen -t ed25519</Code>
        </Alert>
      )}
    </Stack>
  );
}

/** `ada@laptop` → `ada-laptop`. */
function nameFrom(comment: string): string {
  const name = comment
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return name;
}
