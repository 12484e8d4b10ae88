import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Kind } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import { useForbidden } from '../cloud/access.ts';
import { useRequests } from '../cloud/cloud.tsx';
import { showProblem } from '../widgets/problem.tsx';

/** A verb of a resource, where it helps. */
export function RunButton({ kind, resource, verb }: { kind: Kind; resource: Resource; verb: string }) {
  const { t } = useTranslation();
  const name = t(`${kind.name}:verbs.${verb}.name`);
  const { run } = useRequests(kind);
  const forbidden = useForbidden();
  const [isBusy, setBusy] = useState(false);
  const onClick = async () => {
    setBusy(true);
    try {
      await run(resource, verb);
    } catch (error) {
      showProblem(error);
    } finally {
      setBusy(false);
    }
  };
  if (forbidden(kind, verb, resource) !== null) return null;
  return (
    <Button size="xs" aria-label={`${name} ${resource.name}`} loading={isBusy} onClick={() => void onClick()}>
      {name}
    </Button>
  );
}
