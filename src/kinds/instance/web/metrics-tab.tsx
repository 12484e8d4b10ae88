import { MiB } from '../../../core/units.ts';
import type { Live } from '../../../web/cloud/contract.ts';
import { MetricsPanel } from '../../../web/widgets/metrics-panel.tsx';
import type { Instance } from '../instance.ts';

export function MetricsTab({ resource }: { resource: Live<Instance> }) {
  return <MetricsPanel resource={resource} most={{ memory: resource.spec.memoryMib * MiB }} />;
}
