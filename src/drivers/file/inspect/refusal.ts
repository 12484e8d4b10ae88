/** Why a file cannot become an image. The code is stable; the words are for people. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly says: string;
  readonly remedy: string;
}

const toQcow2 = 'Convert it first: qemu-img convert -O qcow2 SOURCE IMAGE.qcow2';

/** What the person can do about each refusal. */
const remedies = {
  'image-empty': 'Check that the file was written or downloaded completely.',
  'image-unrecognised': 'An image is a qcow2 file, or a raw disk with a partition table or a file system. Check the file with: file IMAGE',
  'image-not-as-declared': 'State the format that the file really has.',
  'image-foreign-format': toQcow2,
  'image-is-web-page': 'Use the address of the file itself; the page around it will not do.',
  'image-is-archive': 'Unpack the archive and use the disk inside it.',
  'image-is-installer': 'Install the system on a disk and use that disk, or find the "cloud" image of the same system.',
  'image-compression-nested': 'Compress it once only, or not at all.',
  'image-compression-unsupported': 'Unpack it first, or compress it with gzip, zstd or xz.',
  'image-encrypted': `An image must be readable by every instance made from it. ${toQcow2}`,
  'image-has-backing-file': `An image must be whole in itself; this writes it as one file: qemu-img convert -O qcow2 SOURCE IMAGE.qcow2`,
  'image-has-external-data': `An image must be whole in itself; this writes it as one file: qemu-img convert -O qcow2 SOURCE IMAGE.qcow2`,
  'image-has-snapshots': `This leaves them out: qemu-img convert -O qcow2 SOURCE IMAGE.qcow2`,
  'image-too-large': 'Make the disk smaller, or ask the administrator to raise the limit.',
  'image-cut-short': 'Fetch or copy it again, completely.',
  'image-header-damaged': 'Make the image again with a current qemu-img.',
  'image-tables-oversized': 'Make the image again with a current qemu-img.',
  'image-tables-overlap': 'Make the image again with a current qemu-img.',
  'image-feature-unknown': 'Write it with: qemu-img convert -O qcow2 -o compat=1.1 SOURCE IMAGE.qcow2',
  'image-corrupt': 'Repair it with: qemu-img check -r all IMAGE, or make it again.',
} as const;

export type RefusalCode = keyof typeof remedies;

export function refusal(code: RefusalCode, says: string): Refusal {
  return { code, says, remedy: remedies[code] };
}
