import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { MiB } from '../../../core/units.ts';
import type { Recipe } from '../image.ts';
import { useFormat } from '../../../web/words/format.ts';

/** What one chooses a recipe by. */
export function RecipeLine({ recipe }: { recipe: Recipe | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (recipe === undefined) return null;
  const { name, description, architecture, diskSizeBytes, memoryMibMin } = recipe;
  return (
    <span>
      {name}
      <Text component="span" display="block" size="xs" c="dimmed">
        {description}
      </Text>
      <Text component="span" display="block" size="xs" c="dimmed">
        {t('image:recipe', { architecture, disk: format.bytes(diskSizeBytes), memory: format.bytes(memoryMibMin * MiB) })}
      </Text>
    </span>
  );
}
