import { Group, Progress, SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { QuotaName } from '../../../core/quota.ts';
import { useFormat } from '../../words/format.ts';
import { addWords } from '../../words/index.ts';
import { quotaWords } from '../../words/quota.ts';
import { amountText, fillOf, limitedNames, shownNames, type Fill, type Usage } from './amounts.ts';

addWords('quota', quotaWords);

const colours: Readonly<Record<Fill, string>> = { none: 'gray', of: 'teal', nearly: 'yellow', full: 'red', over: 'red' };

/** A bar for everything that is limited. */
export function QuotaBars({ usage, columns = 2 }: { usage: Usage; columns?: number }) {
  const names = limitedNames(usage);
  if (names.length === 0) return null;
  return (
    <SimpleGrid cols={{ base: 1, xs: columns }} spacing="lg" verticalSpacing="sm">
      {names.map((name) => (
        <QuotaBar key={name} name={name} used={usage.used[name]} limit={usage.limits[name] ?? 0} />
      ))}
    </SimpleGrid>
  );
}

function QuotaBar({ name, used, limit }: { name: QuotaName; used: number; limit: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const fill = fillOf(used, limit);
  const percent = limit === 0 ? (used > 0 ? 100 : 0) : Math.min(100, (used / limit) * 100);
  const label = t(`quota:names.${name}`);
  const says = t(`quota:${fill}`, { used: amountText(format, name, used), limit: amountText(format, name, limit) });
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={4} wrap="nowrap" align="baseline" aria-hidden>
        <Text size="sm" fw={550}>
          {label}
        </Text>
        <Text size="sm" c="dimmed" ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {says}
        </Text>
      </Group>
      <Progress.Root
        size="md"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(percent)}
        aria-valuetext={says}
        data-fill={fill}
      >
        <Progress.Section withAria={false} value={percent} color={colours[fill]} />
      </Progress.Root>
    </div>
  );
}

/** What may grow without limit, in a small line. */
export function Unlimited({ usage }: { usage: Usage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = shownNames(usage).filter((name) => usage.limits[name] === null);
  if (names.length === 0) return null;
  return (
    <Text size="xs" c="dimmed">
      {t('quota:unlimited')}{' '}
      {names.map((name) => t('quota:amount', { name: t(`quota:names.${name}`), used: amountText(format, name, usage.used[name]) })).join(' · ')}
    </Text>
  );
}
