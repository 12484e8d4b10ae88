import { NumberInput, Select, Stack } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { limits } from '../../../core/limits.ts';
import { GiB, MiB } from '../../../core/units.ts';
import { CloudProblem } from '../../../web/cloud/client.ts';
import { useList, useRequests } from '../../../web/cloud/cloud.tsx';
import type { Live } from '../../../web/cloud/contract.ts';
import { FormEnd } from '../../../web/widgets/form/form-end.tsx';
import { useUnsaved } from '../../../web/widgets/form/unsaved.ts';
import { useProblem } from '../../../web/widgets/form/use-problem.ts';
import { useFormat } from '../../../web/words/format.ts';
import { instanceTypeKind } from '../../instance-type/instance-type.ts';
import { instanceKind, type Instance } from '../instance.ts';

export function ResizeForm({ resource, done }: { resource: Live<Instance>; done: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { items: types = [] } = useList(instanceTypeKind);
  const { run } = useRequests(instanceKind);
  const nowGib = resource.spec.diskBytes / GiB;
  const [type, setType] = useState(resource.spec.type);
  const [diskGib, setDiskGib] = useState<number | string>(nowGib);
  const [problem, setProblem] = useProblem();
  const [isBusy, setBusy] = useState(false);
  useUnsaved(type !== resource.spec.type || Number(diskGib) !== nowGib);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await run(resource, 'resize', {
        ...(type === resource.spec.type ? {} : { type }),
        ...(Number(diskGib) === nowGib ? {} : { diskGib: Number(diskGib) }),
      });
      done();
    } catch (error) {
      if (!(error instanceof CloudProblem)) throw error;
      setProblem(error.problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <Select
          label={t('instance:resize.type')}
          data={types.map(({ name, spec }) => ({
            value: name,
            label: t('instance:resize.typeOption', { name, vcpus: spec.vcpus, memory: format.bytes(spec.memoryMib * MiB) }),
          }))}
          value={type}
          onChange={(value) => setType(value ?? resource.spec.type)}
          allowDeselect={false}
          data-autofocus
        />
        <NumberInput
          label={t('instance:resize.disk')}
          description={t('instance:resize.diskHelp', { now: format.bytes(resource.spec.diskBytes) })}
          min={nowGib}
          max={limits.diskGibMax}
          value={diskGib}
          onChange={setDiskGib}
          decimalScale={2}
        />
        <FormEnd problem={problem} label={t('instance:resize.do')} isBusy={isBusy} cancel={done} />
      </Stack>
    </form>
  );
}
