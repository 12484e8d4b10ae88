import { Card, SimpleGrid, Title } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { projectKind } from '../../kinds/project/project.ts';
import { useUser } from '../shell/session.tsx';
import { limitedNames } from '../widgets/quota/amounts.ts';
import { QuotaBars } from '../widgets/quota/quota-bars.tsx';
import { useUsages } from '../widgets/quota/use-usages.ts';
import { ResourceLink } from '../widgets/resource-link.tsx';

/** Of so many projects; the others have it on their own pages. */
const askedMax = 12;

/** How much is left in one's projects, of what is limited there; nothing where nothing is. */
export function OwnQuotas() {
  const { t } = useTranslation();
  const { projects } = useUser();
  const asked = useMemo(() => projects.slice(0, askedMax).map(({ id }) => ({ kind: 'project' as const, id })), [projects]);
  const usages = useUsages(asked);
  const limited = projects.flatMap((project, index) => {
    const usage = usages[index];
    return usage === undefined || limitedNames(usage).length === 0 ? [] : [{ project, usage }];
  });
  if (limited.length === 0) return null;
  return (
    <section aria-labelledby="quotas-title">
      <Title order={2} id="quotas-title" mb="xs">
        {t('overview:quotas')}
      </Title>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {limited.map(({ project: { id, name }, usage }) => (
          <Card key={id} withBorder padding="md" component="article" aria-label={name}>
            <Title order={3} fz="md" mb="sm">
              <ResourceLink kind={projectKind} id={id} name={name} fw={650} />
            </Title>
            <QuotaBars usage={usage} />
          </Card>
        ))}
      </SimpleGrid>
    </section>
  );
}
