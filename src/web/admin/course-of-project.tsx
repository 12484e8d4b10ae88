import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../account/section.tsx';
import { CopyLine } from '../widgets/copy-line.tsx';
import { addWords } from '../words/index.ts';
import { useFormat } from '../words/format.ts';
import { adminWords } from './admin.words.ts';
import type { Course } from './course-form.tsx';
import { OnTheWall } from './on-the-wall.tsx';
import { itemsOf, useRead } from './use-read.ts';

addWords('admin', adminWords);

/** Where a project is that of a course: the code by which its students come in, for who gives it. Nothing of others. */
export function CourseOfProject({ project }: { project: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useRead<readonly Course[] | { items: readonly Course[] }>('/v1/courses');
  const [isShown, setShown] = useState(false);
  const course = itemsOf(data)?.find((each) => each.project === project);
  if (course === undefined || course.code === undefined || course.code === null) return null;
  return (
    <Section
      title={t('admin:courses.code')}
      says={t('admin:courses.codeSays', { url: `${location.host}/join` })}
      action={
        <Button size="xs" variant="default" onClick={() => setShown(true)}>
          {t('admin:courses.show')}
        </Button>
      }
    >
      <Group justify="space-between" gap="sm">
        <CopyLine text={course.code} label={t('admin:courses.code')} />
        <Text size="sm" c="dimmed">
          {t('admin:courses.taken', { taken: course.seatsTaken, seats: course.seats })} ·{' '}
          {t('admin:courses.ends', { day: format.day(course.endsAt) })}
        </Text>
      </Group>
      {isShown && <OnTheWall course={course} close={() => setShown(false)} />}
    </Section>
  );
}
