import { Alert, Button, Code, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconCheck, IconDownload, IconKey } from '@tabler/icons-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { namePattern } from '../../../core/schema.ts';
import { CloudProblem } from '../../../web/cloud/client.ts';
import { useList, useRequests } from '../../../web/cloud/cloud.tsx';
import { announce } from '../../../web/widgets/announcer.tsx';
import { forgetUnsaved, useUnsaved } from '../../../web/widgets/form/unsaved.ts';
import { useProblem } from '../../../web/widgets/form/use-problem.ts';
import { ProblemText, sayProblem } from '../../../web/widgets/problem.tsx';
import { useSentence } from '../../../web/words/use-sentence.ts';
import { sshKeyKind, type SshKey } from '../ssh-key.ts';
import { checkPublicKey, fingerprintOf } from './check-public-key.ts';
import { download } from './download.ts';
import { makeKeyPair, type KeyPair } from './openssh-key.ts';
import { IdempotencyKey } from '../../../web/widgets/form/idempotency-key.ts';

interface Props {
  /** Id of the project that it is made in. */
  readonly project: string | undefined;
  /** What its name begins with; the next that is free is suggested. */
  readonly owner: string;
  /** `fileName`: of the private half, where it was made here and downloaded. */
  readonly onMade: (key: SshKey, fileName: string | null) => void;
  readonly onCancel?: (() => void) | undefined;
}

/** A new SSH key: made here, its private half downloaded and never sent; or the public half of one that exists, pasted. */
export function NewKey({ project, owner, onMade, onCancel }: Props) {
  const { t } = useTranslation();
  const { items = [] } = useList(sshKeyKind);
  const { create } = useRequests(sshKeyKind);
  const taken = new Set(items.filter((key) => project === undefined || key.project === project).map((key) => key.name));
  const [how, setHow] = useState<'make' | 'paste'>('make');
  const [typedName, setName] = useState<string | null>(null);
  const [publicKey, setPublicKey] = useState('');
  const say = useSentence();
  const [problem, setProblem] = useProblem();
  const [cannotMake, setCannotMake] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const requestKey = useRef(new IdempotencyKey());
  // Kept when the answer is lost: the next try sends the same, and makes it once.
  const made = useRef<{ name: string; pair: KeyPair } | null>(null);
  const checked = how === 'paste' && publicKey.trim() !== '' ? checkPublicKey(publicKey) : null;
  const name = typedName ?? freeName((checked?.is === 'good' && nameFrom(checked.comment)) || owner, taken);
  useUnsaved(typedName !== null || publicKey !== '');
  const keyProblem = checked?.is === 'bad' ? t(`ssh-key:problems.${checked.why}`) : null;
  const nameProblem = !new RegExp(namePattern).test(name)
    ? t('ssh-key:newKey.badName')
    : taken.has(name)
      ? t('ssh-key:newKey.taken', { name })
      : null;
  /** What the cloud said of a field, by the problem's own code or in its list. */
  const refused = (field: string, ownCode: string): string | null => {
    if (problem?.code === ownCode) return sayProblem(problem).says;
    const found = problem?.errors.find((each) => each.field === field);
    return found === undefined ? null : say(found.problem);
  };
  const refusedName = refused('name', 'NAME_TAKEN');
  const refusedKey = refused('publicKey', 'SSH_KEY_INVALID');

  const add = async () => {
    const wrong = nameProblem ?? keyProblem;
    if (wrong !== null) return announce(wrong);
    setBusy(true);
    setProblem(null);
    try {
      let pair: KeyPair | null = null;
      if (how === 'make') {
        pair = made.current?.name === name ? made.current.pair : await makeKeyPair(name);
        if (pair === null) return setCannotMake(true);
        made.current = { name, pair };
      }
      const body = { name, publicKey: pair?.publicKey ?? publicKey.trim() };
      const key = await create(body, {
        project,
        key: requestKey.current.of([project, body]),
      });
      const fileName = pair === null ? null : `${name}.key`;
      if (pair !== null && fileName !== null) download(fileName, pair.privateKey);
      announce(t('ssh-key:newKey.made', { name }));
      forgetUnsaved();
      onMade(key, fileName);
    } catch (error) {
      if (!(error instanceof CloudProblem)) throw error;
      setProblem(error.problem);
    } finally {
      setBusy(false);
    }
  };

  /** It may stand within another form, which is not sent by this. */
  const addByReturn = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (!isBusy && (how === 'make' || publicKey.trim() !== '')) void add();
  };

  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={t('ssh-key:newKey.how')}
        value={how}
        onChange={(value) => {
          setHow(value);
          setProblem(null);
        }}
        data={[
          { value: 'make', label: t('ssh-key:newKey.make') },
          { value: 'paste', label: t('ssh-key:newKey.paste') },
        ]}
        style={{ alignSelf: 'flex-start' }}
      />
      <TextInput
        label={t('ssh-key:newKey.name')}
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
          setProblem(null);
        }}
        onKeyDown={addByReturn}
        error={nameProblem ?? refusedName}
        maw={320}
        spellCheck={false}
        autoCapitalize="none"
      />
      {how === 'paste' ? (
        <Textarea
          label={t('ssh-key:newKey.publicKey')}
          description={t('ssh-key:newKey.publicKeyHelp')}
          placeholder="ssh-ed25519 AAAA…"
          value={publicKey}
          onChange={(event) => {
            const text = event.currentTarget.value;
            const found = checkPublicKey(text);
            // A private key has no business here: it is not kept for a moment.
            setPublicKey(found.is === 'bad' && found.why === 'private' ? '-----BEGIN OPENSSH PRIVATE KEY-----' : text);
            setProblem(null);
          }}
          error={keyProblem ?? refusedKey}
          autosize
          minRows={2}
          maxRows={6}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
      ) : (
        <Text size="sm" c="dimmed">
          {t('ssh-key:newKey.makeHelp')}
        </Text>
      )}
      {cannotMake && how === 'make' && (
        <Alert color="orange" role="alert">
          <Text size="sm">{t('ssh-key:newKey.cannot')}</Text>
          <Code block mt={6}>
            ssh-keygen -t ed25519
          </Code>
        </Alert>
      )}
      {checked?.is === 'good' && <Good type={checked.type} comment={checked.comment} bytes={checked.bytes} />}
      {problem !== null && refusedName === null && refusedKey === null && (
        <Alert color="red" role="alert">
          <ProblemText problem={problem} />
        </Alert>
      )}
      <Group gap="xs">
        <Button
          variant="light"
          loading={isBusy}
          leftSection={how === 'make' ? <IconDownload size={16} /> : <IconKey size={16} />}
          onClick={() => void add()}
          disabled={how === 'paste' && publicKey.trim() === ''}
        >
          {t(how === 'make' ? 'ssh-key:newKey.makeIt' : 'ssh-key:newKey.add')}
        </Button>
        {onCancel !== undefined && (
          <Button variant="subtle" color="gray" onClick={onCancel}>
            {t('cancel')}
          </Button>
        )}
      </Group>
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

/** `ada@laptop` → `ada-laptop`. */
function nameFrom(comment: string): string {
  return comment
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
}

function freeName(owner: string, taken: ReadonlySet<string>): string {
  const first = new RegExp(namePattern).test(owner) ? owner : 'my-key';
  for (let number = 1; ; number++) {
    const name = number === 1 ? first : `${first.slice(0, 50)}-${number}`;
    if (!taken.has(name)) return name;
  }
}
