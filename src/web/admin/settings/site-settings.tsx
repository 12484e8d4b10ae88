import { Loader, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, CloudProblem } from '../../cloud/client.ts';
import { useUser } from '../../shell/session.tsx';
import { ProblemText } from '../../widgets/problem.tsx';
import { ConditionsSection } from './conditions-section.tsx';
import { MethodsSection } from './methods-section.tsx';
import { SectionForm } from './section-form.tsx';
import type { Fields, Shape } from './shape.ts';

const plainSections = ['site', 'registration', 'secondFactor', 'passwords', 'mail', 'leases', 'audit'] as const;

interface Description {
  readonly paths: Readonly<Record<string, { get: { responses: Record<string, { content: Record<string, { schema: Shape }> }> } }>>;
}

const key = ['settings'];

/** What administrators decide about the cloud; the forms follow the API's own description of it. */
export function SiteSettings() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const isReadOnly = useUser().role !== 'administrator';
  const { data: settings, error } = useQuery({ queryKey: key, queryFn: () => ask<Fields>('GET', '/v1/settings'), staleTime: 0 });
  const { data: shape, error: shapeError } = useQuery({
    queryKey: ['settings-shape'],
    queryFn: async () => {
      const { paths } = await ask<Description>('GET', '/v1/openapi.json');
      return paths['/v1/settings']?.get.responses['200']?.content['application/json']?.schema ?? {};
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const problem = [error, shapeError].find((each) => each instanceof CloudProblem)?.problem;
  if (problem !== undefined) return <ProblemText problem={problem} />;
  if (settings === undefined || shape === undefined) return <Loader role="status" aria-label={t('loading')} />;
  /** Throws CloudProblem. */
  const save = async (patch: Fields) => void client.setQueryData(key, await ask<Fields>('PATCH', '/v1/settings', { body: patch }));
  const common = { settings, shape, save, isReadOnly };
  return (
    <Stack gap="md" maw={960}>
      {isReadOnly && <Text c="dimmed">{t('admin:settings.readOnly')}</Text>}
      <SectionForm {...common} name="site" />
      <MethodsSection {...common} />
      <ConditionsSection {...common} />
      {plainSections
        .filter((name) => name !== 'site')
        .map((name) => (
          <SectionForm key={name} {...common} name={name} />
        ))}
    </Stack>
  );
}
