import { Type, type Static } from 'typebox';
import type { Kind } from '../../core/kind.ts';
import { limits } from '../../core/limits.ts';
import type { Observed, Resource } from '../../core/resource.ts';
import { DottedName, initialObserved, Nullable, observedFields, OneOf } from '../../core/schema.ts';
import { formatBytes, GiB } from '../../core/units.ts';

export type ImageSource =
  /** Absolute path on the control plane's machine; administrators only. */
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'url'; readonly url: string; readonly checksum: { readonly algorithm: 'sha256' | 'sha512'; readonly hex: string } }
  | { readonly type: 'recipe'; readonly recipe: string };

export interface ImageSpec {
  readonly description: string;
  readonly source: ImageSource;
  readonly firmware: 'bios' | 'uefi' | 'uefi-secure';
  /** The least memory that it boots with, MiB. */
  readonly memoryMibMin: number;
  /** Who logs in over SSH with the instance's keys. */
  readonly loginUser: string;
}

/** What is stored; all of it measured by us, nothing believed. */
export interface ImageContent {
  /** SHA-256 of the stored content, hex. */
  readonly sha256: string;
  readonly format: 'qcow2' | 'raw';
  readonly sizeBytes: number;
  readonly virtualSizeBytes: number;
}

export interface ImageStatus extends Observed {
  readonly content: ImageContent | null;
  /** Step and percentage while content is brought in. */
  readonly progress: { readonly step: string; readonly percent: number | null } | null;
  /** Why it will not come in unless something is changed: true of that generation. */
  readonly failure: { readonly reason: string; readonly generation: number } | null;
}
export type Image = Resource<ImageSpec, ImageStatus>;

const hex = (length: number) => Type.String({ pattern: `^[0-9a-fA-F]{${length}}$`, description: `${length} hexadecimal digits.` });

export const ImageSourceSchema = Type.Union([
  Type.Object(
    {
      type: Type.Literal('file'),
      path: Type.String({ pattern: '^/', maxLength: 4096, description: "Absolute path on the control plane's machine." }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      type: Type.Literal('url'),
      url: Type.String({ pattern: '^https?://', maxLength: 4096, description: 'Begins with http:// or https://.' }),
      checksum: Type.Union([
        Type.Object({ algorithm: Type.Literal('sha256'), hex: hex(64) }, { additionalProperties: false }),
        Type.Object({ algorithm: Type.Literal('sha512'), hex: hex(128) }, { additionalProperties: false }),
      ]),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      type: Type.Literal('recipe'),
      recipe: Type.String({ pattern: '^[a-z0-9-]{1,63}$', description: 'A recipe that ships with the cloud, e.g. `tiny`.' }),
    },
    { additionalProperties: false },
  ),
]);

const fields = {
  description: Type.String({ maxLength: limits.descriptionLengthMax }),
  firmware: OneOf(['bios', 'uefi', 'uefi-secure'] as const, { description: 'What it boots with; bios where absent.' }),
  memoryMibMin: Type.Integer({ minimum: 0, maximum: limits.memoryMibMax, description: 'The least memory that it boots with, MiB.' }),
  loginUser: Type.String({ pattern: '^[a-z_][a-z0-9_-]{0,31}$', description: 'Who logs in over SSH; root where absent.' }),
};

export const imageKind = {
  name: 'image',
  plural: 'images',
  prefix: 'img',
  canBeShared: true,
  isFoundFromAnywhere: true,
  scope: 'project',
  nameSchema: DottedName,
  says: 'What an instance boots from: brought in from a file, an address or a recipe, verified and inspected.',
  create: Type.Object({
    source: ImageSourceSchema,
    description: Type.Optional(fields.description),
    firmware: Type.Optional(fields.firmware),
    memoryMibMin: Type.Optional(fields.memoryMibMin),
    loginUser: Type.Optional(fields.loginUser),
    public: Type.Optional(Type.Boolean({ description: 'Everyone who can log in may use it. Owners of the project may say so.' })),
  }),
  update: Type.Object({
    description: Type.Optional(fields.description),
    memoryMibMin: Type.Optional(fields.memoryMibMin),
    loginUser: Type.Optional(fields.loginUser),
  }),
  spec: Type.Object({ ...fields, source: ImageSourceSchema }),
  status: Type.Object({
    ...observedFields,
    content: Nullable(
      Type.Object({
        sha256: Type.String(),
        format: OneOf(['qcow2', 'raw'] as const),
        sizeBytes: Type.Integer(),
        virtualSizeBytes: Type.Integer(),
      }),
    ),
    progress: Nullable(Type.Object({ step: Type.String(), percent: Nullable(Type.Number()) })),
    failure: Nullable(Type.Object({ reason: Type.String(), generation: Type.Integer() })),
  }),
  initialStatus: { ...initialObserved, content: null, progress: null, failure: null },
  states: ['importing', 'available', 'failed', 'deleting'],
  state: imageState,
  verbs: {
    retry: { says: 'Try a failed import again.', from: ['failed'], hint: 'Only a failed import can be tried again.', body: null },
  },
  indexes: (image) => (image.status.content === null ? {} : { content: image.status.content.sha256 }),
  takes: ({ status }) => ({ images: 1, imageGib: (status.content?.sizeBytes ?? 0) / GiB }),
  columns: [
    { title: 'NAME', value: (image) => image.name },
    { title: 'STATE', value: imageState },
    { title: 'SIZE', value: (image) => (image.status.content === null ? '' : formatBytes(image.status.content.sizeBytes)) },
    { title: 'DISK', value: (image) => (image.status.content === null ? '' : formatBytes(image.status.content.virtualSizeBytes)) },
    { title: 'DESCRIPTION', value: (image) => image.spec.description },
    { title: 'WAITS FOR', value: (image) => progressOf(image) ?? image.status.waitingFor?.reason ?? '' },
  ],
} as const satisfies Kind<Image>;

function imageState(image: Image): string {
  if (image.deletedAt !== null) return 'deleting';
  if (image.status.content !== null) return 'available';
  return image.status.failure?.generation === image.generation ? 'failed' : 'importing';
}

function progressOf(image: Image): string | null {
  const { progress } = image.status;
  if (progress === null) return null;
  return progress.percent === null ? progress.step : `${progress.step} ${Math.floor(progress.percent)} %`;
}

/** What the cloud can build images from. Recipes ship with it and are no resources: nobody makes, changes or removes one. */
export const RecipeSchema = Type.Object({
  name: Type.String({ description: 'What `source.recipe` of an image says.' }),
  description: Type.String(),
  architecture: Type.String({ description: 'What its guests run on: `x86_64`.' }),
  diskSizeBytes: Type.Integer({ description: 'Of the disk that it makes, as guests see it before it grows.' }),
  firmware: Type.String(),
  memoryMibMin: Type.Integer({ description: 'The least memory that it boots with.' }),
  loginUser: Type.String({ description: 'Who logs in over SSH.' }),
});
export type Recipe = Static<typeof RecipeSchema>;
