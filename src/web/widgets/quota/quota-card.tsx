import { Button, Card, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { projectKind, type Project } from '../../../kinds/project/project.ts';
import { userKind, type User } from '../../../kinds/user/user.ts';
import { useForbidden } from '../../cloud/access.ts';
import type { Live } from '../../cloud/contract.ts';
import { FormDialog } from '../form/leave-question.tsx';
import { useReturnFocus } from '../return-focus.ts';
import { QuotaBars, Unlimited } from './quota-bars.tsx';
import { QuotaForm } from './quota-form.tsx';
import { useUsages } from './use-usages.ts';

/** What a project or a person takes of what it may; administrators decide that here. */
export function QuotaCard({ of }: { of: Live<Project> | Live<User> }) {
  const kind = of.kind === 'user' ? userKind : projectKind;
  const mayRead = useForbidden()(kind, 'read-usage', of) === null;
  return mayRead ? <Quotas of={of} kind={kind} /> : null;
}

function Quotas({ of, kind }: { of: Live<Project> | Live<User>; kind: typeof projectKind | typeof userKind }) {
  const { t } = useTranslation();
  const mayChange = useForbidden()(kind, 'set-quota', of) === null;
  const [isOpen, dialog] = useDisclosure(false);
  useReturnFocus(isOpen);
  const [usage] = useUsages(useMemo(() => [{ kind: kind.name, id: of.id }], [kind, of.id]));
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="quota-title">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="quota-title">
          {t('quota:title')}
        </Title>
        {mayChange && usage !== undefined && (
          <Button variant="default" size="xs" onClick={dialog.open}>
            {t('quota:change')}
          </Button>
        )}
      </Group>
      {usage === undefined ? (
        <Loader role="progressbar" size="sm" aria-label={t('loading')} />
      ) : (
        <Stack gap="sm">
          {kind === userKind && (
            <Text size="sm" c="dimmed">
              {t('quota:ofPerson')}
            </Text>
          )}
          <QuotaBars usage={usage} />
          <Unlimited usage={usage} />
        </Stack>
      )}
      <FormDialog opened={isOpen} onClose={dialog.close} title={t('quota:changeOf', { name: of.name })} size="lg">
        {usage !== undefined && <QuotaForm kind={kind} of={of} usage={usage} done={dialog.close} />}
      </FormDialog>
    </Card>
  );
}
