import { Card, Code, SimpleGrid, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Live } from '../../../web/cloud/contract.ts';
import { CopyLine } from '../../../web/widgets/copy-line.tsx';
import { Facts } from '../../../web/widgets/facts.tsx';
import { InstancesUsing } from '../../../web/widgets/instances-using.tsx';
import { When } from '../../../web/widgets/when.tsx';
import { useFormat } from '../../../web/words/format.ts';
import type { Image } from '../image.ts';

export function OverviewTab({ resource }: { resource: Live<Image> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { spec, status } = resource;
  const { source } = spec;
  const { content } = status;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Facts
        title={t('image:facts.title')}
        facts={{
          [t('image:facts.description')]: spec.description,
          [t('image:facts.source')]:
            source.type === 'recipe' ? (
              t('image:facts.recipe', { name: source.recipe })
            ) : (
              <CopyLine text={source.type === 'url' ? source.url : source.path} label={t('image:facts.source')} />
            ),
          [t('image:facts.checksum')]:
            source.type === 'url' ? (
              <CopyLine text={`${source.checksum.algorithm}:${source.checksum.hex}`} label={t('image:facts.checksum')} />
            ) : null,
          [t('image:facts.firmware')]: t(`image:fields.firmware.options.${spec.firmware}`),
          [t('image:facts.memory')]: spec.memoryMibMin === 0 ? null : format.bytes(spec.memoryMibMin * 1_048_576),
          [t('image:facts.loginUser')]: <Code>{spec.loginUser}</Code>,
          [t('image:facts.created')]: <When at={resource.createdAt} />,
        }}
      />
      {content === null ? (
        <Card withBorder padding="md">
          <Title order={2} mb="xs">
            {t('image:facts.content')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('image:facts.noContent')}
          </Text>
        </Card>
      ) : (
        <Facts
          title={t('image:facts.content')}
          facts={{
            [t('image:facts.size')]: format.bytes(content.sizeBytes),
            [t('image:facts.disk')]: format.bytes(content.virtualSizeBytes),
            [t('image:facts.format')]: content.format,
            [t('image:facts.sha256')]: <CopyLine text={content.sha256} label={t('image:facts.sha256')} />,
          }}
        />
      )}
    </SimpleGrid>
  );
}

export function InstancesTab({ resource }: { resource: Live<Image> }) {
  const { t } = useTranslation();
  return (
    <InstancesUsing
      uses={(instance) => instance.spec.image.id === resource.id}
      says={(count) => (count === 0 ? t('image:unused') : t('image:usedBy', { count }))}
      search={`?q=${encodeURIComponent(resource.name)}`}
    />
  );
}
