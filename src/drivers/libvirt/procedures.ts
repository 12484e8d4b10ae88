import { readDomainRef, readTypedParams, writeDomainRef, writeSizes, type DomainRef, type TypedParams } from './rpc-types.ts';
import type { XdrReader, XdrWriter } from './xdr.ts';

/** One entry of libvirt's remote protocol: its number and the layout of its arguments and result. */
export interface Procedure<A extends readonly unknown[], R> {
  readonly number: number;
  readonly encode: (writer: XdrWriter, ...args: A) => void;
  readonly decode: (reader: XdrReader) => R;
}

function procedure<A extends readonly unknown[], R>(
  number: number,
  encode: (writer: XdrWriter, ...args: A) => void,
  decode: (reader: XdrReader) => R,
): Procedure<A, R> {
  return { number, encode, decode };
}

const noArgs = (): void => {};
const noResult = (): void => {};
const domainArg = (w: XdrWriter, domain: DomainRef): void => writeDomainRef(w, domain);
const domainAndFlags = (w: XdrWriter, domain: DomainRef, flags: number): void => {
  writeDomainRef(w, domain);
  w.uint(flags);
};

/** Source: libvirt's remote_protocol.x. Numbers are never reused there, so they hold for every version. */
export const procedures = {
  connectOpen: procedure(
    1,
    (w: XdrWriter, uri: string) => {
      w.optionalString(uri);
      w.uint(0);
    },
    noResult,
  ),
  connectClose: procedure(2, noArgs, noResult),
  /** The hypervisor's version, i.e. QEMU's: major × 1,000,000 + minor × 1,000 + release. */
  connectGetVersion: procedure(4, noArgs, (r) => r.uhyper()),
  domainGetXmlDesc: procedure(14, domainAndFlags, (r) => r.string()),
  domainLookupByUuid: procedure(24, (w: XdrWriter, uuid: Uint8Array) => w.opaque(uuid), readDomainRef),
  domainResume: procedure(28, domainArg, noResult),
  domainSuspend: procedure(34, domainArg, noResult),
  connectGetCapabilities: procedure(7, noArgs, (r) => r.string()),
  /** Must come first: it also lets root in without asking polkit. Answers the kinds of log-in wanted; 0: none. */
  authList: procedure(66, noArgs, (r) => r.array(20, 4, () => r.int())),
  /** libvirt's own version, numbered as QEMU's. */
  connectGetLibVersion: procedure(157, noArgs, (r) => r.uhyper()),
  domainManagedSave: procedure(182, domainAndFlags, noResult),
  domainHasManagedSaveImage: procedure(183, domainAndFlags, (r) => r.int() === 1),
  domainManagedSaveRemove: procedure(184, domainAndFlags, noResult),
  domainCreateWithFlags: procedure(196, domainAndFlags, readDomainRef),
  /** Values in KiB by name, e.g. `hard_limit`. */
  domainSetMemoryParameters: procedure(
    197,
    (w: XdrWriter, domain: DomainRef, sizesKib: Readonly<Record<string, number>>, flags: number) => {
      writeDomainRef(w, domain);
      writeSizes(w, sizesKib);
      w.uint(flags);
    },
    noResult,
  ),
  domainGetState: procedure(212, domainAndFlags, (r) => ({ state: r.int(), reason: r.int() })),
  domainUndefineFlags: procedure(231, domainAndFlags, noResult),
  domainDestroyFlags: procedure(234, domainAndFlags, noResult),
  domainShutdownFlags: procedure(258, domainAndFlags, noResult),
  domainSetMetadata: procedure(
    264,
    (w: XdrWriter, domain: DomainRef, type: number, metadata: string | null, key: string | null, uri: string | null, flags: number) => {
      writeDomainRef(w, domain);
      w.int(type);
      w.optionalString(metadata);
      w.optionalString(key);
      w.optionalString(uri);
      w.uint(flags);
    },
    noResult,
  ),
  domainGetMetadata: procedure(
    265,
    (w: XdrWriter, domain: DomainRef, type: number, uri: string | null, flags: number) => {
      writeDomainRef(w, domain);
      w.int(type);
      w.optionalString(uri);
      w.uint(flags);
    },
    (r) => r.string(),
  ),
  connectListAllDomains: procedure(
    273,
    (w: XdrWriter, flags: number) => {
      w.int(1);
      w.uint(flags);
    },
    (r) => r.array(16_384, 24, () => readDomainRef(r)),
  ),
  eventRegister: procedure(
    316,
    (w: XdrWriter, eventId: number) => {
      w.int(eventId);
      w.uint(0); // of all domains
    },
    (r) => r.int(),
  ),
  /** By the guest's agent; libvirt's own flag for it, to read the guest's hardware clock, needs a program in the guest. */
  domainSetTime: procedure(
    338,
    (w: XdrWriter, domain: DomainRef, seconds: number, nanoseconds: number) => {
      writeDomainRef(w, domain);
      w.uhyper(seconds);
      w.uint(nanoseconds);
      w.uint(0);
    },
    noResult,
  ),
  connectGetDomainCapabilities: procedure(
    342,
    (w: XdrWriter, emulator: string | null, arch: string, machine: string, virtType: string) => {
      w.optionalString(emulator);
      w.optionalString(arch);
      w.optionalString(machine);
      w.optionalString(virtType);
      w.uint(0);
    },
    (r) => r.string(),
  ),
  /** No domains given: of all that `flags` selects. */
  connectGetAllDomainStats: procedure(
    344,
    (w: XdrWriter, stats: number, flags: number) => {
      w.uint(0);
      w.uint(stats);
      w.uint(flags);
    },
    (r): { domain: DomainRef; params: TypedParams }[] => r.array(262_144, 28, () => ({ domain: readDomainRef(r), params: readTypedParams(r) })),
  ),
  domainDefineXmlFlags: procedure(
    350,
    (w: XdrWriter, xml: string, flags: number) => {
      w.string(xml);
      w.uint(flags);
    },
    readDomainRef,
  ),
} as const;

/** What libvirtd pushes: the id to register by, and the number its messages then carry. */
export const events = {
  lifecycle: { id: 0, procedure: 318 },
  reboot: { id: 1, procedure: 319 },
  agentLifecycle: { id: 18, procedure: 348 },
} as const;

/** The domain that a pushed event is about; null for an event that was not registered for. */
export function readEvent(procedureNumber: number, reader: XdrReader): DomainRef | null {
  if (!Object.values(events).some((event) => event.procedure === procedureNumber)) return null;
  reader.int(); // which registration
  return readDomainRef(reader);
}

/** Source: libvirt-domain.h. */
export const flags = {
  startPaused: 1,
  shutdownAcpi: 1,
  shutdownAgent: 2,
  affectLive: 1,
  affectConfig: 2,
  metadataElement: 2,
  defineValidate: 1,
  undefine: { managedSave: 1, snapshotsMetadata: 2, nvram: 4, checkpointsMetadata: 16, tpm: 32 },
  stats: { cpuTotal: 2, balloon: 4, interface: 16, block: 32 },
  statsSelect: { active: 1, noWait: 1 << 29 },
} as const;
