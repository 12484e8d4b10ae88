import { NumberInput, Select, SimpleGrid, Stack, Switch, TagsInput, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { limits } from '../../../../core/limits.ts';
import { GiB } from '../../../../core/units.ts';
import { useFormat } from '../../../../web/words/format.ts';
import type { Image } from '../../../image/image.ts';
import { defaultNetworkName, type Network } from '../../../network/network.ts';
import { restartPolicies } from '../../instance.ts';
import { LeaseInput } from '../lease-input.tsx';
import { leaseIn, namesOf, type Draft, type FieldName } from './draft.ts';
import { UserDataField } from './user-data-field.tsx';

interface Props {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly image: Image | null;
  readonly networks: readonly Network[];
  readonly errorOf: (field: FieldName) => string | null;
  readonly onUserDataProblem: (problem: string | null) => void;
}

const shownNamesMax = 4;

/** What a first machine needs nothing of. */
export function More({ draft, change, image, networks, errorOf, onUserDataProblem }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const network = draft.network ?? networks.find(({ name }) => name === defaultNetworkName)?.id ?? null;
  const diskBytes = image?.status.content?.virtualSizeBytes;
  return (
    <Stack gap="md">
      <UserDataField value={draft.userData} onChange={(userData) => change({ userData })} error={errorOf('userData')} onProblem={onUserDataProblem} />
      <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="md">
        <NumberInput
          data-field="count"
          label={t('launch:more.count')}
          description={namesHint(draft) ?? t('launch:more.countHelp')}
          min={1}
          max={limits.instancesPerRequestMax}
          clampBehavior="none"
          allowDecimal={false}
          value={draft.count}
          onChange={(count) => change({ count })}
          error={errorOf('count')}
        />
        <NumberInput
          data-field="diskGib"
          label={t('launch:more.disk')}
          description={
            diskBytes === undefined
              ? t('launch:more.diskHelp')
              : t('launch:more.diskHelpImage', { size: format.bytes(diskBytes), name: image?.name ?? '' })
          }
          placeholder={diskBytes === undefined ? '' : format.number(diskBytes / GiB)}
          clampBehavior="none"
          decimalScale={3}
          value={draft.diskGib}
          onChange={(diskGib) => change({ diskGib })}
          error={errorOf('diskGib')}
        />
        <Select
          data-field="network"
          label={t('launch:more.network')}
          description={t('launch:more.networkHelp')}
          data={networks.map(({ id, name, spec }) => ({ value: id, label: `${name} · ${spec.cidr}` }))}
          value={network}
          onChange={(id) => change({ network: id })}
          allowDeselect={false}
          error={errorOf('network')}
        />
        <Select
          data-field="firmware"
          label={t('launch:more.firmware')}
          description={t('launch:more.firmwareHelp')}
          data={[
            { value: '', label: t('launch:more.firmwareOwn', { firmware: image === null ? '' : `: ${image.spec.firmware.toUpperCase()}` }) },
            ...(['bios', 'uefi', 'uefi-secure'] as const).map((value) => ({ value, label: t(`launch:more.firmwares.${value}`) })),
          ]}
          value={draft.firmware ?? ''}
          onChange={(firmware) => change({ firmware: firmware === '' ? null : firmware })}
          allowDeselect={false}
          error={errorOf('firmware')}
        />
        <Select
          data-field="restartPolicy"
          label={t('launch:more.restart')}
          description={t('launch:more.restartHelp')}
          data={restartPolicies.map((value) => ({ value, label: t(`launch:more.restarts.${value}`) }))}
          value={draft.restartPolicy}
          onChange={(policy) => change({ restartPolicy: policy as Draft['restartPolicy'] })}
          allowDeselect={false}
          error={errorOf('restartPolicy')}
        />
        <LeaseInput value={leaseIn(draft)} onChange={({ choice, days }) => change({ lease: choice, leaseDays: days })} error={errorOf('lease')} />
        <Switch
          label={t('launch:more.start')}
          description={t('launch:more.startHelp')}
          checked={draft.start}
          onChange={(event) => change({ start: event.currentTarget.checked })}
          mt={{ base: 0, xs: 28 }}
        />
      </SimpleGrid>
      <Textarea
        data-field="description"
        label={t('launch:more.description')}
        autosize
        minRows={1}
        maxRows={6}
        value={draft.description}
        onChange={(event) => change({ description: event.currentTarget.value })}
        error={errorOf('description')}
      />
      <TagsInput
        data-field="labels"
        label={t('launch:more.labels')}
        description={t('launch:more.labelsHelp')}
        placeholder={draft.labels.length === 0 ? 'team=physics' : ''}
        value={[...draft.labels]}
        onChange={(labels) => change({ labels })}
        acceptValueOnBlur
        splitChars={[',', ' ']}
        error={errorOf('labels')}
      />
    </Stack>
  );
}

function namesHint({ name, count }: Draft): string | null {
  const number = Number(count);
  if (!Number.isInteger(number) || number < 2 || number > limits.instancesPerRequestMax) return null;
  const names = namesOf(name, number);
  return names.length <= shownNamesMax ? names.join(', ') : `${names.slice(0, 2).join(', ')}, …, ${names.at(-1)}`;
}
