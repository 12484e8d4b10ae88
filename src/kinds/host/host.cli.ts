import type { Command } from 'commander';
import { completes } from '../../cli/completion-sources.ts';
import { forEach } from '../../cli/each.ts';
import type { KindCli, Run, WireResource } from '../../cli/kind-cli.ts';
import { finish } from '../../cli/kind-commands.ts';
import { addMetrics } from '../../cli/metrics.ts';
import { cloudOptions, outputOptions } from '../../cli/options.ts';
import { pathOf } from '../../cli/session.ts';
import { hostKind } from './host.ts';
import { addJoinTokens } from './join-token.cli.ts';

export const hostCli: KindCli = {
  kind: hostKind,
  details: {
    schedulable: 'Takes new instances',
    'facts.accelerator': 'Guests by',
    'facts.acceleratorReason': 'Because',
    'facts.cpuModel': 'CPU',
    'facts.vcpus': 'CPUs',
    'facts.memoryMib': 'Memory',
    'facts.diskTotalBytes': 'Disk',
    'facts.hypervisorVersion': 'Hypervisor',
    'facts.emulatorVersion': 'Emulator',
    'facts.firmwares': 'Firmwares',
    'facts.agentVersion': 'Agent',
    'capacity.vcpus': 'vCPUs to promise',
    'capacity.memoryMib': 'Memory to promise',
    'capacity.diskBytes': 'Disk to promise',
    'promised.vcpus': 'vCPUs promised',
    'promised.memoryMib': 'Memory promised',
    'promised.diskBytes': 'Disk promised',
    'promised.instances': 'Instances',
    'facts.bootId': null,
    'recovery.startedAt': 'Agent started',
    'recovery.machineRestarted': 'Machine restarted',
    'recovery.settledAfterMs': 'Settled after',
  },
  commands(group, run) {
    addJoinTokens(group, run);
    addMetrics(group, run, hostKind);
    addSchedulable(group, run, 'cordon', false, 'give it no new instances; what it runs stays', 'Gives a host no new instances. What it runs stays.');
    addSchedulable(group, run, 'uncordon', true, 'give it new instances again', 'Gives a host new instances again.');
  },
};

function addSchedulable(group: Command, run: Run, name: string, schedulable: boolean, summary: string, description: string): void {
  const command = completes(group.command(`${name} <name...>`).summary(summary).description(description), { kind: 'host' });
  outputOptions(cloudOptions(command, hostKind)).action(
    run(async (session, _options, refs: string[]) => {
      await forEach(session, refs, async (ref) => {
        const host = await session.client.request<WireResource>('PATCH', pathOf(hostKind, ref), { body: { schedulable } });
        await finish(session, hostCli, host, host.state, '');
      });
    }),
  );
}
