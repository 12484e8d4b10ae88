import { Alert, Button, Group, NativeSelect, NumberInput, Stack, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { FormDialog } from '../widgets/form/leave-question.tsx';
import { useUnsaved } from '../widgets/form/unsaved.ts';
import { useSending } from '../widgets/form/use-sending.ts';
import { ProblemText, sayProblem } from '../widgets/problem.tsx';

export interface Course {
  readonly id: string;
  readonly name: string;
  /** Id. */
  readonly project: string;
  readonly seats: number;
  readonly seatsTaken: number;
  /** ISO 8601. */
  readonly endsAt: string;
  /** Absent for who may not read it. */
  readonly code?: string | null;
}

interface CourseFormProps {
  /** null: a new one. */
  readonly course: Course | null;
  readonly close: () => void;
  readonly done: (made: Course | null) => void;
}

export function CourseForm(props: CourseFormProps) {
  const { t } = useTranslation();
  const { course, close } = props;
  return (
    <FormDialog opened onClose={close} title={course === null ? t('admin:courses.create') : t('admin:courses.changeOf', { name: course.name })}>
      <Form {...props} />
    </FormDialog>
  );
}

function Form({ course, close, done }: CourseFormProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [seats, setSeats] = useState<number | string>(course?.seats ?? 20);
  const [day, setDay] = useState(course?.endsAt.slice(0, 10) ?? '');
  const [role, setRole] = useState('member');
  const [description, setDescription] = useState('');
  const sending = useSending();
  useUnsaved(name !== '' || description !== '' || day !== (course?.endsAt.slice(0, 10) ?? ''));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // Until that day is over where the reader is.
    const both = { seats: Number(seats), endsAt: new Date(`${day}T23:59:59`).toISOString() };
    const isDone = await sending.send(async () => {
      if (course !== null) {
        await ask('PATCH', `/v1/courses/${course.id}`, { body: both });
        return done(null);
      }
      const body = { name: name.trim(), ...both, role, ...(description.trim() === '' ? {} : { description: description.trim() }) };
      done(await ask<Course>('POST', '/v1/courses', { body }));
    });
    if (isDone) close();
  };
  const isTaken = sending.problem?.code === 'NAME_TAKEN';
  const fields = ['name', 'seats', 'endsAt', 'role', 'description'];
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        {course === null && (
          <TextInput
            label={t('admin:courses.name')}
            description={t('admin:courses.nameHelp')}
            required
            data-autofocus
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={isTaken && sending.problem !== null ? sayProblem(sending.problem).says : sending.errorOf('name')}
          />
        )}
        <NumberInput
          label={t('admin:courses.seats')}
          required
          min={1}
          allowDecimal={false}
          value={seats}
          onChange={setSeats}
          error={sending.errorOf('seats')}
        />
        <TextInput
          type="date"
          label={t('admin:courses.endsAt')}
          description={t('admin:courses.endsHelp')}
          required
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
          error={sending.errorOf('endsAt')}
        />
        {course === null && (
          <>
            <NativeSelect
              label={t('admin:courses.role')}
              value={role}
              onChange={(event) => setRole(event.currentTarget.value)}
              data={['viewer', 'operator', 'member'].map((value) => ({ value, label: t(`admin:courses.roles.${value}`) }))}
            />
            <Textarea
              label={t('admin:courses.description')}
              autosize
              minRows={2}
              value={description}
              onChange={(event) => setDescription(event.currentTarget.value)}
              error={sending.errorOf('description')}
            />
          </>
        )}
        {sending.problem !== null && !isTaken && fields.every((field) => sending.errorOf(field) === undefined) && (
          <Alert color="red" role="alert">
            <ProblemText problem={sending.problem} />
          </Alert>
        )}
        <Group justify="end">
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={sending.isBusy}>
            {t(course === null ? 'admin:courses.do' : 'save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
