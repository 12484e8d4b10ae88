import { Button, Card, Group, NativeSelect, Stack, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { projectRoles, type ProjectRole } from '../../../core/role.ts';
import { CloudProblem } from '../../../web/cloud/client.ts';
import { useRequests } from '../../../web/cloud/cloud.tsx';
import type { Live } from '../../../web/cloud/contract.ts';
import { announce } from '../../../web/widgets/announcer.tsx';
import { useUnsaved } from '../../../web/widgets/form/unsaved.ts';
import { useProblem } from '../../../web/widgets/form/use-problem.ts';
import { PrincipalInput } from '../../../web/widgets/principal-input.tsx';
import { ProblemAlert } from '../../../web/widgets/problem.tsx';
import { projectKind, type Project } from '../project.ts';

/** One line: a person or a group by name, and the role. */
export function AddMember({ project }: { project: Live<Project> }) {
  const { t } = useTranslation();
  const requests = useRequests(projectKind);
  const [sort, setSort] = useState<'user' | 'group'>('user');
  const [typed, setTyped] = useState('');
  const [role, setRole] = useState<ProjectRole>('member');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useProblem();
  const name = typed.trim();
  useUnsaved(name !== '');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name === '' || isBusy) return;
    setBusy(true);
    setProblem(null);
    try {
      await requests.run(project, 'set-member', { ...(sort === 'group' ? { group: name } : { user: name }), role });
      announce(t('project:members.added', { name, role: t(`roles.${role}`) }));
      setTyped('');
    } catch (error) {
      if (!(error instanceof CloudProblem)) throw error;
      setProblem(error.problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="add-member-title">
      <Title order={2} id="add-member-title" mb="xs">
        {t('project:members.add')}
      </Title>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <Group align="end" gap="xs">
            <NativeSelect
              label={t('project:members.whoKind')}
              value={sort}
              onChange={(event) => {
                setSort(event.currentTarget.value as 'user' | 'group');
                setTyped('');
              }}
              data={[
                { value: 'user', label: t('project:members.person') },
                { value: 'group', label: t('project:members.aGroup') },
              ]}
            />
            <PrincipalInput
              kind={sort}
              except={project.spec.members.map((member) => member.name)}
              label={t(sort === 'user' ? 'project:members.userName' : 'project:members.groupName')}
              value={typed}
              onChange={setTyped}
              flex="1 1 160px"
            />
            <NativeSelect
              label={t('project:members.role')}
              value={role}
              onChange={(event) => setRole(event.currentTarget.value as ProjectRole)}
              data={projectRoles.map((value) => ({ value, label: t(`roles.${value}`) }))}
            />
            <Button type="submit" loading={isBusy}>
              {t('project:members.addDo')}
            </Button>
          </Group>
          <ProblemAlert problem={problem} />
        </Stack>
      </form>
    </Card>
  );
}
