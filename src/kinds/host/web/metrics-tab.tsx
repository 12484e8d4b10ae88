import { MiB } from '../../../core/units.ts';
import type { Live } from '../../../web/cloud/contract.ts';
import { MetricsPanel } from '../../../web/widgets/metrics-panel.tsx';
import type { Host } from '../host.ts';

export function MetricsTab({ resource }: { resource: Live<Host> }) {
  const { facts } = resource.status;
  return <MetricsPanel resource={resource} most={facts === null ? {} : { memory: facts.memoryMib * MiB, diskUsed: facts.diskTotalBytes }} />;
}
