import { Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, CloudProblem } from '../../cloud/client.ts';
import { useUser } from '../../shell/session.tsx';
import { ProblemText } from '../../widgets/problem.tsx';
import { ConditionsSection } from './conditions-section.tsx';
import { MethodsSection } from './methods-section.tsx';
import { SectionForm } from './section-form.tsx';
import type { Shape } from './shape.ts';
import { useSettings } from './use-settings.ts';

const plainSections = ['site', 'registration', 'secondFactor', 'passwords', 'quotas', 'mail', 'leases', 'audit'] as const;

interface Description {
  readonly paths: Readonly<Record<string, { get: { responses: Record<string, { content: Record<string, { schema: Shape }> }> } }>>;
}

/** What administrators decide about the cloud; the forms follow the API's own description of it. */
export function SiteSettings() {
  const { t } = useTranslation();
  const isReadOnly = useUser().role !== 'administrator';
  const { known, error, save } = useSettings();
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
  if (known === undefined || shape === undefined) return <Loader role="status" aria-label={t('loading')} />;
  const common = { known, shape, save, isReadOnly };
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
