import { Card, NativeSelect } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState, type ComponentProps, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Kind } from '../../core/kind.ts';
import { useRequests } from '../cloud/cloud.tsx';
import { announce } from './announcer.tsx';
import { fieldsOf, labelsField, nameField, type Field } from './form/fields.ts';
import { IdempotencyKey } from './form/idempotency-key.ts';
import { SchemaForm } from './form/schema-form.tsx';
import { forgetUnsaved } from './form/unsaved.ts';
import { useProjectsFor } from './project-choice.ts';
import { bodyOf, type Values } from './form/values.ts';

type Own = Partial<Pick<ComponentProps<typeof SchemaForm>, 'initial' | 'inputs' | 'fieldOfPath' | 'fieldOfCode' | 'children'>>;
type ProjectOf = NonNullable<ReturnType<typeof useProjectsFor>['items']>[number];

interface CreateFormProps extends Own {
  readonly kind: Kind;
  /** Where the schema's own are not what people fill in. Name and labels are added. */
  readonly fields?: readonly Field[];
  /** The body of the request, where it is not what was filled in. */
  readonly toBody?: (values: Values, project: ProjectOf | undefined) => Record<string, unknown>;
  /** Above the fields, where it depends on the project. */
  readonly inProject?: (project: ProjectOf | undefined) => ReactNode;
}

/** Makes a new one of any kind, and goes to its page. */
export function CreateForm({ kind, fields, toBody, inProject, children, ...own }: CreateFormProps) {
  const { t } = useTranslation();
  const requests = useRequests(kind);
  const navigate = useNavigate();
  const isOfProject = kind.scope === 'project';
  const { items: projects = [], first } = useProjectsFor(kind, { isWanted: isOfProject });
  const [chosen, setProject] = useState<string | undefined>(undefined);
  const project = isOfProject ? (chosen ?? first) : undefined;
  const whose = projects.find(({ id }) => id === project);
  const key = useRef(new IdempotencyKey());
  const all = [nameField(kind), ...(fields ?? (kind.create === null ? [] : fieldsOf(kind.create))), labelsField];
  const submit = async (values: Values) => {
    const body = toBody === undefined ? bodyOf(all, values) : { ...bodyOf([nameField(kind), labelsField], values), ...toBody(values, whose) };
    const created = await requests.create(body as never, { project, key: key.current.of([project, body]) });
    forgetUnsaved();
    announce(t('form:created', { name: created.name }));
    await navigate({ to: `/${kind.plural}/${created.id}` });
  };
  return (
    <Card withBorder maw={640} padding="lg">
      <SchemaForm
        kind={kind.name}
        fields={all}
        submitLabel={t('form:create')}
        submit={submit}
        cancel={() => {
          forgetUnsaved();
          void navigate({ to: `/${kind.plural}` });
        }}
        {...own}
      >
        {isOfProject && projects.length > 1 && (
          <NativeSelect
            label={t('list:project')}
            value={project ?? ''}
            data={projects.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(event) => setProject(event.currentTarget.value)}
          />
        )}
        {children}
        {inProject?.(whose)}
      </SchemaForm>
    </Card>
  );
}
