import type { KindCli } from '../../cli/kind-cli.ts';
import { addMetrics } from '../../cli/metrics.ts';
import { addSwitch } from '../../cli/switch-command.ts';
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
    addSwitch(group, run, hostCli, {
      name: 'cordon',
      change: { schedulable: false },
      summary: 'give it no new instances; what it runs stays',
      description: 'Gives a host no new instances. What it runs stays.',
    });
    addSwitch(group, run, hostCli, {
      name: 'uncordon',
      change: { schedulable: true },
      summary: 'give it new instances again',
      description: 'Gives a host new instances again.',
    });
  },
};
