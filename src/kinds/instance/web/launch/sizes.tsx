import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { MiB } from '../../../../core/units.ts';
import { useFormat } from '../../../../web/words/format.ts';
import type { Image } from '../../../image/image.ts';
import type { InstanceType } from '../../../instance-type/instance-type.ts';
import { ChoiceCards } from './choice-cards.tsx';
import { Section } from './section.tsx';
import { bySize, fits } from './sensible.ts';

interface Props {
  readonly types: readonly InstanceType[];
  readonly image: Image | null;
  /** Name of a type. */
  readonly value: string | null;
  readonly onChange: (name: string) => void;
  readonly error: string | null;
}

export function Sizes({ types, image, value, onChange, error }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Section title={t('launch:size.title')} field="type">
      <ChoiceCards
        label={t('launch:size.title')}
        width="11rem"
        value={value}
        onChange={onChange}
        error={error}
        choices={bySize(types).map((type) => ({
          value: type.name,
          title: type.name,
          isOff: !fits(type, image),
          body: (
            <>
              <Text component="span" display="block" size="sm" style={{ whiteSpace: 'nowrap' }}>
                {t('launch:size.of', { count: type.spec.vcpus, memory: format.bytes(type.spec.memoryMib * MiB) })}
              </Text>
              {!fits(type, image) && (
                <Text component="span" display="block" size="xs" c="dimmed">
                  {t('launch:size.small', { name: image?.name ?? '', memory: format.bytes((image?.spec.memoryMibMin ?? 0) * MiB) })}
                </Text>
              )}
            </>
          ),
        }))}
      />
    </Section>
  );
}
