import { Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Course } from './course-form.tsx';

/** To be read from the last row of a lecture room. */
export function OnTheWall({ course, close }: { course: Course; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={close} title={course.name} fullScreen>
      <Stack align="center" justify="center" mih="75vh" gap="xl">
        <Text ta="center" style={{ fontSize: 'clamp(1.2rem, 3vw, 2.5rem)' }}>
          {t('admin:courses.joinAt', { url: `${location.host}/join` })}
        </Text>
        <Text ta="center" fw={700} ff="monospace" style={{ fontSize: 'clamp(2.2rem, 10vw, 9rem)', lineHeight: 1.1, overflowWrap: 'anywhere' }}>
          {course.code}
        </Text>
      </Stack>
    </Modal>
  );
}
