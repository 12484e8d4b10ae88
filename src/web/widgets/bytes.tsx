import { useFormat } from '../words/format.ts';

/** A size in the reader's manner; nothing where it is not known. */
export function Bytes({ bytes }: { bytes: number | null }) {
  const format = useFormat();
  return bytes === null ? <>–</> : <>{format.bytes(bytes)}</>;
}
