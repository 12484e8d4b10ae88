/** JSON Schema, as far as settings use it. */
export interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly required?: readonly string[];
  readonly writeOnly?: boolean;
  readonly readOnly?: boolean;
  readonly description?: string;
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of several possible forms the one that is meant: null or not, and the same `type`. null: none is. */
export function branchOf(shape: Shape, value: unknown): Shape | null {
  if (shape.anyOf === undefined) return shape;
  const branches = shape.anyOf.flatMap((branch) => (branch.anyOf === undefined ? [branch] : branch.anyOf));
  if (value === null) return branches.find(({ type }) => type === 'null') ?? null;
  const real = branches.filter(({ type }) => type !== 'null');
  if (real.length === 1) return real[0] ?? null;
  return real.find(({ properties }) => isFields(value) && properties?.['type']?.const === value['type']) ?? null;
}

/** What is missing, as the shape says; null for what may be null. What has neither stays missing. */
export function withDefaults(shape: Shape, value: unknown): unknown {
  if (value === undefined) {
    const byDefault = defaultOf(shape);
    return byDefault === undefined ? undefined : withDefaults(shape, byDefault);
  }
  const branch = branchOf(shape, value);
  if (Array.isArray(value)) return branch?.items === undefined ? value : value.map((item) => withDefaults(branch.items as Shape, item));
  if (!isFields(value) || branch?.properties === undefined) return value;
  const filled: Record<string, unknown> = { ...value };
  for (const [name, each] of Object.entries(branch.properties)) {
    const field = withDefaults(each, value[name]);
    if (field !== undefined) filled[name] = field;
  }
  return filled;
}

function defaultOf(shape: Shape): unknown {
  if (shape.default !== undefined) return shape.default;
  if (shape.anyOf !== undefined) {
    const inner = shape.anyOf.find((branch) => branch.default !== undefined && branch.properties === undefined)?.default;
    return inner ?? (shape.anyOf.some(({ type }) => type === 'null') ? null : undefined);
  }
  return shape.properties === undefined ? undefined : {};
}

/** The same value, each secret in it as `change` says; `place` is its path, entries of a list by their type and name. */
export function mapSecrets(shape: Shape, value: unknown, change: (secret: unknown, place: string) => unknown, place = ''): unknown {
  if (isSecret(shape)) return change(value, place);
  const branch = branchOf(shape, value);
  if (Array.isArray(value)) {
    const { items } = branch ?? {};
    return items === undefined ? value : value.map((item, at) => mapSecrets(items, item, change, `${place}.${entryName(item, at)}`));
  }
  if (!isFields(value) || branch?.properties === undefined) return value;
  const { properties } = branch;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const inner = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return [name, inner === undefined ? each : mapSecrets(inner, each, change, place === '' ? name : `${place}.${name}`)];
    }),
  );
}

export function entryName(item: unknown, at: number): string {
  return isFields(item) && typeof item['name'] === 'string' ? `${String(item['type'])}/${item['name']}` : String(at);
}

export function isSecret({ writeOnly, anyOf }: Shape): boolean {
  return writeOnly === true || anyOf?.some((branch) => branch.writeOnly === true) === true;
}

const secretShown: Shape = {
  type: 'object',
  properties: { isSet: { type: 'boolean' } },
  required: ['isSet'],
  description: 'Whether there is one. Sent back as it is, it stays.',
};

/** What may be sent to change a value of this shape: any part of it. */
export function patchShape(shape: Shape): Shape {
  const { default: _default, required, properties, items, anyOf, ...rest } = shape;
  if (isSecret(shape)) return { anyOf: [...(anyOf ?? [shape, { type: 'null' }]), secretShown] };
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties: mapped(properties, patchShape) }),
    ...(items === undefined ? {} : { items: patchShape(items) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(patchShape) }),
    // Which of several forms is meant has to be said.
    ...(required?.includes('type') === true ? { required: ['type'] } : {}),
  };
}

/** What is shown of a value of this shape. */
export function shownShape(shape: Shape): Shape {
  const { properties, items, anyOf, ...rest } = shape;
  if (isSecret(shape)) return secretShown;
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties: mapped(properties, shownShape) }),
    ...(items === undefined ? {} : { items: shownShape(items) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(shownShape) }),
  };
}

function mapped(shapes: Readonly<Record<string, Shape>>, change: (shape: Shape) => Shape): Record<string, Shape> {
  return Object.fromEntries(Object.entries(shapes).map(([name, each]) => [name, change(each)]));
}
