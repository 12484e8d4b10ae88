import { Alert, Badge, Button, Card, Group, Loader, Modal, Select, Stack, Text, Textarea, Title } from '@mantine/core';
import { IconUserQuestion } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { projectKind } from '../../kinds/project/project.ts';
import { ask } from '../cloud/client.ts';
import { useList } from '../cloud/cloud.tsx';
import { useUser } from '../shell/session.tsx';
import { announce } from '../widgets/announcer.tsx';
import { EmptyState } from '../widgets/empty-state.tsx';
import { useSending } from '../widgets/form/use-sending.ts';
import { ProblemText } from '../widgets/problem.tsx';
import { When } from '../widgets/when.tsx';
import { useRegistrations, type Registration } from './registrations.ts';

/** People who wait for an account. */
export function Requests() {
  const { t } = useTranslation();
  const { role } = useUser();
  const { items, problem, readAnew } = useRegistrations();
  const [asked, setAsked] = useState<{ verb: 'approve' | 'refuse'; of: Registration } | null>(null);
  if (problem !== null) return <ProblemText problem={problem} />;
  if (items === undefined) return <Loader role="status" aria-label={t('loading')} />;
  if (items.length === 0) return <EmptyState icon={IconUserQuestion} text={t('admin:requests.none')} />;
  return (
    <Stack gap="sm" maw={860}>
      {items.map((each) => (
        <Card key={each.id} withBorder padding="md">
          <Group justify="space-between" align="start" gap="sm">
            <Stack gap={4} flex={1} miw={240}>
              <Group gap="xs">
                <Title order={2} size="h3">
                  {each.displayName === '' ? each.user : each.displayName}
                </Title>
                <Badge variant="light" color={each.state === 'waiting' ? 'orange' : 'gray'} tt="none">
                  {t(`admin:requests.${each.state}`)}
                </Badge>
              </Group>
              <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {each.user} · {each.email} · <When at={each.createdAt} />
              </Text>
              <Text size="sm" style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }} {...(each.reason ? {} : { c: 'dimmed' })}>
                {each.reason || t('admin:requests.noReason')}
              </Text>
            </Stack>
            {role === 'administrator' && (
              <Group gap="xs" wrap="nowrap">
                {each.state === 'waiting' && (
                  <Button
                    size="xs"
                    aria-label={t('admin:requests.approveOf', { name: each.user })}
                    onClick={() => setAsked({ verb: 'approve', of: each })}
                  >
                    {t('admin:requests.approve')}
                  </Button>
                )}
                <Button
                  size="xs"
                  variant="default"
                  aria-label={t('admin:requests.refuseOf', { name: each.user })}
                  onClick={() => setAsked({ verb: 'refuse', of: each })}
                >
                  {t('admin:requests.refuse')}
                </Button>
              </Group>
            )}
          </Group>
        </Card>
      ))}
      {asked !== null && <Decide {...asked} close={() => setAsked(null)} done={readAnew} />}
    </Stack>
  );
}

interface DecideProps {
  readonly verb: 'approve' | 'refuse';
  readonly of: Registration;
  readonly close: () => void;
  readonly done: () => void;
}

function Decide({ verb, of, close, done }: DecideProps) {
  const { t } = useTranslation();
  const { items: projects = [] } = useList(projectKind);
  const [project, setProject] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const sending = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = verb === 'refuse' ? { reason: reason.trim() } : project === null ? {} : { project };
    if (!(await sending.send(() => ask('POST', `/v1/registrations/${of.id}/${verb}`, { body })))) return;
    announce(t(verb === 'approve' ? 'admin:requests.approved' : 'admin:requests.refused', { name: of.user }));
    close();
    done();
  };
  return (
    <Modal opened onClose={close} title={t(`admin:requests.${verb}Title`, { name: of.user })} centered>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          {verb === 'approve' ? (
            <>
              <Text size="sm">{t('admin:requests.approveSays', { name: of.user })}</Text>
              <Select
                label={t('admin:requests.project')}
                placeholder={t('form:optional')}
                data={projects.map(({ id, name }) => ({ value: id, label: name }))}
                value={project}
                onChange={setProject}
                searchable
                clearable
              />
            </>
          ) : (
            <Textarea
              label={t('admin:requests.reason')}
              description={t('admin:requests.reasonHelp')}
              autosize
              minRows={3}
              required
              data-autofocus
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              error={sending.errorOf('reason')}
            />
          )}
          {sending.problem !== null && sending.errorOf('reason') === undefined && (
            <Alert color="red" role="alert">
              <ProblemText problem={sending.problem} />
            </Alert>
          )}
          <Group justify="end">
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={sending.isBusy} {...(verb === 'refuse' ? { color: 'red' } : {})}>
              {t(`admin:requests.${verb}`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
