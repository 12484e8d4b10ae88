import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSending } from '../widgets/form/use-sending.ts';
import { ProblemText } from '../widgets/problem.tsx';

interface SureProps {
  readonly title: string;
  readonly says: string;
  readonly label: string;
  /** Throws CloudProblem. */
  readonly act: () => Promise<unknown>;
  readonly done: () => void;
  readonly close: () => void;
}

/** Asked before what cannot be undone. Mounted while it is asked. */
export function Sure({ title, says, label, act, done, close }: SureProps) {
  const { t } = useTranslation();
  const sending = useSending();
  const go = async () => {
    if (!(await sending.send(act))) return;
    close();
    done();
  };
  return (
    <Modal opened onClose={close} title={title} centered>
      <Stack>
        <Text>{says}</Text>
        {sending.problem !== null && (
          <Alert color="red" role="alert">
            <ProblemText problem={sending.problem} />
          </Alert>
        )}
        <Group justify="end">
          <Button variant="default" onClick={close} data-autofocus>
            {t('cancel')}
          </Button>
          <Button color="red" loading={sending.isBusy} onClick={() => void go()}>
            {label}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
