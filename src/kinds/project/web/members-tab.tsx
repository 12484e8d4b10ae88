import { ActionIcon, Button, Card, Group, Modal, NativeSelect, Stack, Table, Text, Title, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconUser, IconUserMinus, IconUsersGroup } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { projectRoles, roleSays, type ProjectRole } from '../../../core/role.ts';
import { CourseOfProject } from '../../../web/admin/course-of-project.tsx';
import { seesWholeCloud, useForbidden } from '../../../web/cloud/access.ts';
import { useList, useRequests } from '../../../web/cloud/cloud.tsx';
import type { Live } from '../../../web/cloud/contract.ts';
import { useUser } from '../../../web/shell/session.tsx';
import { announce } from '../../../web/widgets/announcer.tsx';
import { showProblem } from '../../../web/widgets/problem.tsx';
import { QuotaCard } from '../../../web/widgets/quota/quota-card.tsx';
import { ResourceLink } from '../../../web/widgets/resource-link.tsx';
import { useSentence } from '../../../web/words/use-sentence.ts';
import { groupKind } from '../../group/group.ts';
import { userKind } from '../../user/user.ts';
import { projectKind, type Project, type ProjectMember } from '../project.ts';
import { AddMember } from './add-member.tsx';

const kindOf = ({ id }: ProjectMember) => (id.startsWith(`${groupKind.prefix}-`) ? groupKind : userKind);
const whoIs = (member: ProjectMember) => (kindOf(member) === groupKind ? { group: member.id } : { user: member.id });

/** Who is in a project, and in which role; its owners decide here. */
export function MembersTab({ resource }: { resource: Live<Project> }) {
  const { t } = useTranslation();
  const reason = useForbidden()(projectKind, 'set-member', resource);
  return (
    <Stack maw={920}>
      <QuotaCard of={resource} />
      {reason === null && <CourseOfProject project={resource.id} />}
      <Card withBorder padding="md" component="section" aria-labelledby="members-title">
        <Title order={2} id="members-title" mb="xs">
          {t('project:members.title')}
        </Title>
        {reason !== null && (
          <Text size="sm" c="dimmed" mb="xs">
            {t('project:members.ownersDecide')} {reason}
          </Text>
        )}
        <Members project={resource} mayChange={reason === null} />
      </Card>
      {reason === null && <AddMember project={resource} />}
      <Roles />
    </Stack>
  );
}

function Members({ project, mayChange }: { project: Live<Project>; mayChange: boolean }) {
  const { t } = useTranslation();
  const [leaving, setLeaving] = useState<ProjectMember | null>(null);
  const { members } = project.spec;
  return (
    <>
      {members.length === 0 ? (
        <Text>{t('project:members.none')}</Text>
      ) : (
        <Table.ScrollContainer minWidth={280} scrollAreaProps={{ tabIndex: 0, 'aria-label': t('project:members.title') }}>
          <Table verticalSpacing={6} aria-labelledby="members-title">
            <Table.Thead>
              <Table.Tr>
                {(['name', 'kind', 'role', ...(mayChange ? ['actions' as const] : [])] as const).map((column) => (
                  <Table.Th key={column} {...(column === 'kind' ? { visibleFrom: 'sm' } : {})}>
                    {column === 'actions' ? <VisuallyHidden>{t('project:members.actions')}</VisuallyHidden> : t(`project:members.${column}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {members.map((member) => (
                <Table.Tr key={member.id}>
                  <Table.Th scope="row" fw={550}>
                    <Group gap={6} wrap="nowrap">
                      <Icon of={member} />
                      <Name member={member} />
                    </Group>
                  </Table.Th>
                  <Table.Td visibleFrom="sm">{t(`project:members.${kindOf(member).name}`)}</Table.Td>
                  <Table.Td>{mayChange ? <RoleChoice project={project} member={member} /> : t(`roles.${member.role}`)}</Table.Td>
                  {mayChange && (
                    <Table.Td ta="right">
                      <Tooltip label={t('project:members.removeOf', { name: member.name })}>
                        <ActionIcon
                          variant="default"
                          aria-label={t('project:members.removeOf', { name: member.name })}
                          onClick={() => setLeaving(member)}
                        >
                          <IconUserMinus size={16} />
                        </ActionIcon>
                      </Tooltip>
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <LetGo project={project} member={leaving} close={() => setLeaving(null)} />
    </>
  );
}

function Icon({ of: member }: { of: ProjectMember }) {
  const Drawn = kindOf(member) === groupKind ? IconUsersGroup : IconUser;
  return <Drawn size={16} stroke={1.6} aria-hidden />;
}

/** Leads to their page, for who may see it. */
function Name({ member }: { member: ProjectMember }) {
  const kind = kindOf(member);
  const user = useUser();
  const { byId } = useList(groupKind, { isWanted: kind === groupKind });
  const isSeen = kind === groupKind ? byId?.has(member.id) === true : seesWholeCloud(user) || member.id === user.id;
  return isSeen ? <ResourceLink kind={kind} id={member.id} name={member.name} /> : <>{member.name}</>;
}

function RoleChoice({ project, member }: { project: Live<Project>; member: ProjectMember }) {
  const { t } = useTranslation();
  const requests = useRequests(projectKind);
  const [asked, setAsked] = useState<ProjectRole | null>(null);
  const change = async (role: ProjectRole) => {
    setAsked(role);
    try {
      await requests.run(project, 'set-member', { ...whoIs(member), role });
      announce(t('project:members.changed', { name: member.name, role: t(`roles.${role}`) }));
    } catch (error) {
      showProblem(error);
    } finally {
      setAsked(null);
    }
  };
  return (
    <NativeSelect
      size="xs"
      w={{ base: 120, sm: 150 }}
      aria-label={t('project:members.roleOf', { name: member.name })}
      value={asked ?? member.role}
      disabled={asked !== null}
      onChange={(event) => void change(event.currentTarget.value as ProjectRole)}
      data={projectRoles.map((value) => ({ value, label: t(`roles.${value}`) }))}
    />
  );
}

function LetGo({ project, member, close }: { project: Live<Project>; member: ProjectMember | null; close: () => void }) {
  const { t } = useTranslation();
  const user = useUser();
  const requests = useRequests(projectKind);
  const [isBusy, setBusy] = useState(false);
  const name = member?.name ?? '';
  const letGo = async (who: ProjectMember) => {
    setBusy(true);
    try {
      await requests.run(project, 'remove-member', whoIs(who));
      announce(t('project:members.removed', { name }));
      close();
    } catch (error) {
      showProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={member !== null} onClose={close} title={t('project:members.removeTitle', { name })} centered>
      <Text mb="lg">
        {member?.id === user.id && user.role !== 'administrator' ? t('project:members.removeSelf') : t('project:members.removeSays', { name })}
      </Text>
      <Group justify="end">
        <Button variant="default" onClick={close} data-autofocus>
          {t('cancel')}
        </Button>
        <Button color="red" loading={isBusy} onClick={() => member !== null && void letGo(member)}>
          {t('project:members.remove')}
        </Button>
      </Group>
    </Modal>
  );
}

function Roles() {
  const { t } = useTranslation();
  const say = useSentence();
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="roles-title">
      <Title order={2} id="roles-title" mb={4}>
        {t('project:members.roles')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('project:members.includes')}
      </Text>
      <Table verticalSpacing={4} horizontalSpacing={0} withRowBorders={false}>
        <Table.Tbody>
          {projectRoles.map((role) => (
            <Table.Tr key={role}>
              <Table.Th scope="row" w={130} fw={550}>
                {t(`roles.${role}`)}
              </Table.Th>
              <Table.Td>{say(roleSays[role])}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}
