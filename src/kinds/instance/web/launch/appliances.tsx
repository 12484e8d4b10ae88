import { Anchor, Group, Progress, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MiB } from '../../../../core/units.ts';
import type { Live } from '../../../../web/cloud/contract.ts';
import { useFormat } from '../../../../web/words/format.ts';
import { useSentence } from '../../../../web/words/use-sentence.ts';
import type { Image } from '../../../image/image.ts';
import { ChoiceCards } from './choice-cards.tsx';
import { Section } from './section.tsx';

/** From so many on there is a field to find one in. */
const searchedFrom = 7;

interface Props {
  readonly images: readonly Live<Image>[];
  /** Those that the reader sees, by id. */
  readonly projects: ReadonlyMap<string, { readonly name: string }> | undefined;
  readonly value: string | null;
  readonly onChange: (id: string) => void;
  readonly error: string | null;
}

export function Appliances({ images, projects, value, onChange, error }: Props) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const wanted = query.trim().toLowerCase();
  const shown = images
    .filter((image) => image.state !== 'deleting')
    .filter((image) => image.id === value || `${image.name} ${image.spec.description}`.toLowerCase().includes(wanted))
    // Those that can be used come first; among equals the order of creation stays.
    .toSorted((a, b) => rank(a) - rank(b));
  const names = Map.groupBy(shown, ({ name }) => name);
  /** Of two with the same name, it is said whose each is. */
  const titleOf = ({ name, project }: Live<Image>): string => {
    if ((names.get(name)?.length ?? 0) < 2) return name;
    const owner = projects?.get(project ?? '')?.name;
    return owner === undefined ? t('launch:appliance.ofOther', { name }) : t('launch:appliance.ofProject', { name, project: owner });
  };
  return (
    <Section title={t('launch:appliance.title')} field="image">
      {images.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('launch:appliance.none')} <Anchor renderRoot={(props) => <Link to="/images/new" {...props} />}>{t('launch:appliance.bring')}</Anchor>
        </Text>
      ) : (
        <>
          {images.length >= searchedFrom && (
            <TextInput
              leftSection={<IconSearch size={16} />}
              aria-label={t('launch:appliance.search')}
              placeholder={t('launch:appliance.search')}
              value={query}
              onChange={(event) => setQuery(event.currentTarget.value)}
              maw={320}
            />
          )}
          <ChoiceCards
            label={t('launch:appliance.title')}
            value={value}
            onChange={onChange}
            error={error}
            choices={shown.map((image) => ({
              value: image.id,
              title: titleOf(image),
              isOff: image.state !== 'available',
              body: <About image={image} />,
            }))}
          />
          {shown.length === 0 && (
            <Text size="sm" c="dimmed">
              {t('launch:appliance.notFound')}
            </Text>
          )}
        </>
      )}
    </Section>
  );
}

const ranks: Readonly<Record<string, number>> = { available: 0, importing: 1 };
const rank = ({ state }: { state: string }) => ranks[state] ?? 2;

function About({ image }: { image: Live<Image> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { description, loginUser, memoryMibMin } = image.spec;
  const { content } = image.status;
  return (
    <>
      {description !== '' && (
        <Text component="span" display="block" size="sm" lineClamp={2}>
          {description}
        </Text>
      )}
      {content !== null ? (
        <Text component="span" display="block" size="xs" c="dimmed" mt={4}>
          {[
            t('launch:appliance.disk', { size: format.bytes(content.virtualSizeBytes) }),
            ...(memoryMibMin > 0 ? [t('launch:appliance.memory', { size: format.bytes(memoryMibMin * MiB) })] : []),
            t('launch:appliance.user', { user: loginUser }),
          ].join(' · ')}
        </Text>
      ) : (
        <NotReady image={image} />
      )}
    </>
  );
}

function NotReady({ image }: { image: Live<Image> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const say = useSentence();
  const { progress, failure, waitingFor } = image.status;
  if (image.state === 'failed')
    return (
      <Text component="span" display="block" size="xs" c="var(--mantine-color-error)" mt={4}>
        {t('launch:appliance.failed', { reason: say(failure?.reason ?? '') })}
      </Text>
    );
  const step = progress?.step ?? waitingFor?.reason ?? '';
  return (
    <Stack component="span" gap={4} mt={4}>
      <Group component="span" gap={6} justify="space-between" wrap="nowrap">
        <Text component="span" size="xs" c="dimmed">
          {t('launch:appliance.importing', { step: say(step) })}
        </Text>
        {progress?.percent != null && (
          <Text component="span" size="xs" c="dimmed">
            {format.percent(progress.percent / 100)}
          </Text>
        )}
      </Group>
      <Progress
        component="span"
        display="block"
        size="xs"
        value={progress?.percent ?? 100}
        animated={progress?.percent == null}
        aria-label={t('launch:appliance.progress', { name: image.name })}
      />
    </Stack>
  );
}
