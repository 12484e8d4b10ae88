import { Button, Card, Group, Loader, Progress, Stack, Text, Title } from '@mantine/core';
import { IconPlus, IconSchool } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Sure } from '../account/sure.tsx';
import { ask } from '../cloud/client.ts';
import { useUser } from '../shell/session.tsx';
import { EmptyState } from '../widgets/empty-state.tsx';
import { ProblemText } from '../widgets/problem.tsx';
import { useFormat } from '../words/format.ts';
import { CourseForm, type Course } from './course-form.tsx';
import { OnTheWall } from './on-the-wall.tsx';
import { itemsOf, useRead } from './use-read.ts';

/** One code, many students, a project with an end. */
export function Courses() {
  const { t } = useTranslation();
  const { role } = useUser();
  const format = useFormat();
  const { data, problem, readAnew } = useRead<readonly Course[] | { items: readonly Course[] }>('/v1/courses');
  const [edited, setEdited] = useState<Course | 'new' | null>(null);
  const [shown, setShown] = useState<Course | null>(null);
  const [deleted, setDeleted] = useState<Course | null>(null);
  const items = itemsOf(data);
  const mayChange = role === 'administrator';
  const create = mayChange ? (
    <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
      {t('admin:courses.create')}
    </Button>
  ) : null;
  return (
    <Stack gap="sm" maw={860}>
      {problem !== null && <ProblemText problem={problem} />}
      {items === undefined && problem === null && <Loader role="status" aria-label={t('loading')} />}
      {items?.length === 0 && (
        <EmptyState icon={IconSchool} text={t('admin:courses.none')}>
          {create}
        </EmptyState>
      )}
      {items !== undefined && items.length > 0 && <Group justify="end">{create}</Group>}
      {items?.map((course) => (
        <Card key={course.id} withBorder padding="md">
          <Group justify="space-between" align="start" gap="sm">
            <Stack gap={6} flex={1} miw={240}>
              <Title order={2} size="h3">
                {course.name}
              </Title>
              <Text size="sm" c="dimmed">
                {t('admin:courses.taken', { taken: course.seatsTaken, seats: course.seats })} ·{' '}
                {t('admin:courses.ends', { day: format.day(course.endsAt) })}
              </Text>
              <Progress
                value={(100 * course.seatsTaken) / Math.max(1, course.seats)}
                aria-label={t('admin:courses.taken', { taken: course.seatsTaken, seats: course.seats })}
              />
            </Stack>
            <Group gap="xs">
              {course.code !== undefined && course.code !== null && (
                <Button size="xs" aria-label={t('admin:courses.showOf', { name: course.name })} onClick={() => setShown(course)}>
                  {t('admin:courses.show')}
                </Button>
              )}
              {mayChange && (
                <>
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={t('admin:courses.changeOf', { name: course.name })}
                    onClick={() => setEdited(course)}
                  >
                    {t('admin:courses.change')}
                  </Button>
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={t('admin:courses.deleteOf', { name: course.name })}
                    onClick={() => setDeleted(course)}
                  >
                    {t('admin:courses.delete')}
                  </Button>
                </>
              )}
            </Group>
          </Group>
        </Card>
      ))}
      {edited !== null && (
        <CourseForm
          course={edited === 'new' ? null : edited}
          close={() => setEdited(null)}
          done={(made) => {
            readAnew();
            if (made?.code !== undefined) setShown(made);
          }}
        />
      )}
      {shown !== null && <OnTheWall course={shown} close={() => setShown(null)} />}
      {deleted !== null && (
        <Sure
          title={t('admin:courses.deleteTitle', { name: deleted.name })}
          says={t('admin:courses.deleteSays')}
          label={t('admin:courses.delete')}
          act={() => ask('DELETE', `/v1/courses/${deleted.id}`)}
          done={readAnew}
          close={() => setDeleted(null)}
        />
      )}
    </Stack>
  );
}
