import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../cloud/client.ts';
import { ProblemAlert } from '../problem.tsx';

interface FormEndProps {
  /** What no field shows already. Left out where the form itself tells it. */
  readonly problem?: Problem | null;
  /** Of the button that sends the form. */
  readonly label: string;
  readonly isBusy: boolean;
  readonly isDisabled?: boolean;
  readonly isDangerous?: boolean;
  /** undefined: there is no way out of this form. */
  readonly cancel: (() => void) | undefined;
}

/** The last thing in a form's Stack: why it was refused, the way out, and the button that sends it. */
export function FormEnd({ problem = null, label, isBusy, isDisabled = false, isDangerous = false, cancel }: FormEndProps) {
  const { t } = useTranslation();
  return (
    <>
      <ProblemAlert problem={problem} />
      <Group justify="end">
        {cancel !== undefined && (
          <Button variant="default" onClick={cancel}>
            {t('cancel')}
          </Button>
        )}
        <Button type="submit" loading={isBusy} disabled={isDisabled} {...(isDangerous ? { color: 'red' } : {})}>
          {label}
        </Button>
      </Group>
    </>
  );
}
