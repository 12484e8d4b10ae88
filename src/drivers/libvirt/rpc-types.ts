import { XdrError, type XdrReader, type XdrWriter } from './xdr.ts';

/** How a domain is named on the wire. libvirt's QEMU driver finds it by UUID; the name is for its log. */
export interface DomainRef {
  readonly name: string;
  readonly uuid: Uint8Array;
  /** Number of the present run; -1: not running, or not known, which is as good in a question. */
  readonly id: number;
}

export function writeDomainRef(writer: XdrWriter, domain: DomainRef): void {
  writer.string(domain.name);
  writer.opaque(domain.uuid);
  writer.int(domain.id);
}

export function readDomainRef(reader: XdrReader): DomainRef {
  return { name: reader.string(), uuid: reader.opaque(16), id: reader.int() };
}

const unsignedLong = 4;

export function writeSizes(writer: XdrWriter, sizes: Readonly<Record<string, number>>): void {
  const entries = Object.entries(sizes);
  writer.uint(entries.length);
  for (const [name, size] of entries) {
    writer.string(name);
    writer.int(unsignedLong);
    writer.uhyper(size);
  }
}

export type TypedParams = ReadonlyMap<string, number | boolean | string>;

/** Named values that each say their type. */
export function readTypedParams(reader: XdrReader): TypedParams {
  return new Map(reader.array(262_144, 12, () => [reader.string(), readTypedValue(reader)] as const));
}

function readTypedValue(reader: XdrReader): number | boolean | string {
  const type = reader.int();
  switch (type) {
    case 1:
      return reader.int();
    case 2:
      return reader.uint();
    case 3:
      return reader.hyper();
    case unsignedLong:
      return reader.uhyper();
    case 5:
      return reader.double();
    case 6:
      return reader.int() !== 0;
    case 7:
      return reader.string();
    default:
      throw new XdrError(`a value has the unknown type ${type}`);
  }
}
