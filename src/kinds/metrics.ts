import type { Ledger } from '../agent/ledger.ts';
import { Recorder } from '../agent/metrics/recorder.ts';
import type { MetricsQuery } from '../core/metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { ChannelRequest, ControlLink } from '../ports/control-link.ts';
import type { Hypervisor } from '../ports/hypervisor.ts';
import type { ReadMachineUse } from '../ports/machine-use.ts';
import type { RingFiles } from '../ports/ring-files.ts';
import { hostRing, hostRingName, hostSampler } from './host/metrics.agent.ts';
import { instanceRing, instanceSampler } from './instance/metrics.agent.ts';

export interface MetricsOptions {
  readonly files: RingFiles;
  readonly readMachineUse: ReadMachineUse;
}

interface Deps extends MetricsOptions {
  readonly clock: Clock;
  readonly hypervisor: Hypervisor;
  readonly ledger: Ledger;
  readonly onError: (what: string, error: unknown) => void;
}

/** Measures a host and all that runs on it. */
export function hostRecorder({ clock, files, readMachineUse, hypervisor, ledger, onError }: Deps): Recorder {
  const samplers = [hostSampler(readMachineUse), instanceSampler(hypervisor, ledger)];
  return new Recorder({
    clock,
    files,
    onError,
    async sample(nowMs) {
      // One that cannot be measured does not hide the other.
      const found = await Promise.all(
        samplers.map((sampler) =>
          sampler(nowMs).catch((error: unknown) => {
            onError('measuring', error);
            return new Map() as Awaited<ReturnType<typeof sampler>>;
          }),
        ),
      );
      return new Map(found.flatMap((each) => [...each]));
    },
  });
}

/** Dials back with the part of the history that was asked for, as JSON. */
export async function answerMetrics(recorder: Recorder | null, ledger: Ledger, link: ControlLink, request: ChannelRequest): Promise<void> {
  const { session, instanceId, metrics } = request;
  try {
    if (recorder === null) throw new Error('its host does not measure anything');
    if (instanceId !== null && ledger.get('instance', instanceId) === null) throw new Error('its host does not know of it yet');
    const answer = await recorder.read(instanceId ?? hostRingName, instanceId === null ? hostRing : instanceRing, metrics ?? everything);
    const stream = await link.channel(session);
    // Whoever asked may be gone by now.
    stream.on('error', () => undefined);
    stream.end(JSON.stringify(answer));
  } catch (error) {
    await link.refuseChannel(session, error instanceof Error ? error.message : String(error)).catch(() => undefined);
  }
}

const everything: MetricsQuery = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, stepMs: null };
