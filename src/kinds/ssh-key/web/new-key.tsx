import { Alert, Button, Code, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconDownload, IconKey } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { namePattern } from '../../../core/schema.ts';
import { CloudProblem, type Problem } from '../../../web/cloud/client.ts';
import { useList, useRequests } from '../../../web/cloud/cloud.tsx';
import { announce } from '../../../web/widgets/announcer.tsx';
import { ProblemText } from '../../../web/widgets/problem.tsx';
import { sshKeyKind } from '../ssh-key.ts';
import { checkPublicKey } from './check-public-key.ts';
import { download } from './download.ts';
import { makeKeyPair, type KeyPair } from './openssh-key.ts';
import { IdempotencyKey } from '../../../web/widgets/form/idempotency-key.ts';

interface Props {
  /** Id of the project that it is made in. */
  readonly project: string | undefined;
  /** What its name begins with; the next that is free is suggested. */
  readonly owner: string;
  /** `fileName`: of the private half, where it was made here and downloaded. */
  readonly onMade: (name: string, fileName: string | null) => void;
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
  const [problem, setProblem] = useState<Problem | null>(null);
  const [cannotMake, setCannotMake] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const requestKey = useRef(new IdempotencyKey());
  // Kept when the answer is lost: the next try sends the same, and makes it once.
  const made = useRef<{ name: string; pair: KeyPair } | null>(null);
  const name = typedName ?? freeName(owner, taken);
  const checked = how === 'paste' && publicKey.trim() !== '' ? checkPublicKey(publicKey) : null;
  const keyProblem = checked?.is === 'bad' ? t(`ssh-key:problems.${checked.why}`) : null;
  const nameProblem = !new RegExp(namePattern).test(name) ? t('launch:problems.name') : taken.has(name) ? t('launch:newKey.taken', { name }) : null;

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
      await create(body, {
        project,
        key: requestKey.current.of([project, body]),
      });
      const fileName = pair === null ? null : `${name}.key`;
      if (pair !== null && fileName !== null) download(fileName, pair.privateKey);
      announce(t('launch:newKey.made', { name }));
      onMade(name, fileName);
    } catch (error) {
      if (!(error instanceof CloudProblem)) throw error;
      setProblem(error.problem);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={t('launch:newKey.how')}
        value={how}
        onChange={(value) => {
          setHow(value);
          setProblem(null);
        }}
        data={[
          { value: 'make', label: t('launch:newKey.make') },
          { value: 'paste', label: t('launch:newKey.paste') },
        ]}
        style={{ alignSelf: 'flex-start' }}
      />
      <TextInput
        label={t('launch:newKey.name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={nameProblem}
        maw={320}
        spellCheck={false}
        autoCapitalize="none"
      />
      {how === 'paste' ? (
        <Textarea
          label={t('launch:newKey.publicKey')}
          description={t('launch:newKey.publicKeyHelp')}
          placeholder="ssh-ed25519 AAAA…"
          value={publicKey}
          onChange={(event) => setPublicKey(event.currentTarget.value)}
          error={keyProblem}
          autosize
          minRows={2}
          maxRows={6}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
      ) : (
        <Text size="sm" c="dimmed">
          {t('launch:newKey.makeHelp')}
        </Text>
      )}
      {cannotMake && how === 'make' && (
        <Alert color="orange" role="alert">
          <Text size="sm">{t('launch:newKey.cannot')}</Text>
          <Code block mt={6}>
            ssh-keygen -t ed25519
          </Code>
        </Alert>
      )}
      {problem !== null && (
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
          {t(how === 'make' ? 'launch:newKey.makeIt' : 'launch:newKey.add')}
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

function freeName(owner: string, taken: ReadonlySet<string>): string {
  const first = new RegExp(namePattern).test(owner) ? owner : 'my-key';
  for (let number = 1; ; number++) {
    const name = number === 1 ? first : `${first.slice(0, 50)}-${number}`;
    if (!taken.has(name)) return name;
  }
}
