import type { StopReason } from '../../ports/hypervisor.ts';
import { readXml } from './read-xml.ts';
import { element, type Xml } from './xml.ts';

/** Namespace of our element in a domain's metadata. */
export const markNamespace = 'https://stratuslab.eu/domain/1';
export const markPrefix = 'stratus';

/**
 * What we keep with the domain itself, so that it is true after a crash of anything else.
 *
 * `startingBoot` is written before power-on and `bootSerial` after it, but before the guest runs its
 * first instruction. So of a domain that is on, `startingBoot` is the boot, and of one that is off it is
 * `bootSerial`: a boot that was cut off before the guest ran does not count as one that ran and stopped.
 */
export interface DomainMark {
  /** Which cloud it belongs to, where several share one libvirt. */
  readonly owner: string;
  readonly configHash: string;
  readonly memoryMib: number;
  readonly bootSerial: number;
  readonly startingBoot: number;
  /** Why boot `bootSerial` stopped; libvirt itself forgets when it restarts. null: it has not, as far as was seen. */
  readonly stoppedBecause: StopReason | null;
}

export function markXml(mark: DomainMark): Xml {
  return element(`${markPrefix}:domain`, { [`xmlns:${markPrefix}`]: markNamespace, ...markAttributes(mark) });
}

/** The same element as libvirt's call for setting metadata wants it: it adds the namespace itself. */
export function bareMarkXml(mark: DomainMark): string {
  return element('domain', markAttributes(mark)).text;
}

function markAttributes(mark: DomainMark): Record<string, string | number | null> {
  return {
    owner: mark.owner,
    'config-hash': mark.configHash,
    'memory-mib': mark.memoryMib,
    'boot-serial': mark.bootSerial,
    'starting-boot': mark.startingBoot,
    'stopped-because': mark.stoppedBecause,
  };
}

/** null: not a mark of ours. */
export function readMark(xml: string): DomainMark | null {
  const { attributes } = readXml(xml);
  const { owner, 'config-hash': configHash, 'stopped-because': stoppedBecause } = attributes;
  const [memoryMib, bootSerial, startingBoot] = ['memory-mib', 'boot-serial', 'starting-boot'].map((name) => Number(attributes[name]));
  if (owner === undefined || configHash === undefined) return null;
  if (![memoryMib, bootSerial, startingBoot].every((number) => Number.isSafeInteger(number) && number! >= 0)) return null;
  return {
    owner,
    configHash,
    memoryMib: memoryMib!,
    bootSerial: bootSerial!,
    startingBoot: startingBoot!,
    stoppedBecause: stopReasons.find((reason) => reason === stoppedBecause) ?? null,
  };
}

const stopReasons: readonly StopReason[] = ['shutdown', 'destroyed', 'crashed', 'saved', 'failed', 'unknown'];
