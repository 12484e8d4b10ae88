/** JSON Schema, as far as the settings use it. */
export interface Shape {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly readOnly?: boolean;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

export type Fields = Readonly<Record<string, unknown>>;

/** What a value is when it is not null, and whether it may be. */
export function plain(shape: Shape): { shape: Shape; isNullable: boolean } {
  const { anyOf } = shape;
  if (anyOf === undefined) return { shape, isNullable: false };
  const real = anyOf.filter(({ type }) => type !== 'null');
  const [only = {}] = real;
  const description = only.description ?? shape.description;
  return { shape: { ...only, ...(description === undefined ? {} : { description }) }, isNullable: real.length < anyOf.length };
}

/** Of a secret it is told only whether there is one. */
export function isSecret({ properties }: Shape): boolean {
  return properties !== undefined && Object.keys(properties).join() === 'isSet';
}

/** The forms that an entry of a list may have, by their `type`. */
export function formsOf({ items }: Shape): Readonly<Record<string, Shape>> {
  const forms = items?.anyOf ?? [];
  return Object.fromEntries(forms.flatMap((form) => (form.properties?.['type']?.enum ?? []).map((type) => [type, form])));
}

/** What a fresh one begins with: what the shape says by itself. */
export function freshOf(shape: Shape): Fields {
  const entries = Object.entries(shape.properties ?? {}).map(([name, each]): [string, unknown] => {
    const { shape: inner, isNullable } = plain(each);
    const byDefault = each.default ?? inner.default;
    if (byDefault !== undefined) return [name, byDefault];
    if (isSecret(inner)) return [name, { isSet: false }];
    if (isNullable) return [name, null];
    if (inner.properties !== undefined) return [name, freshOf(inner)];
    if (inner.type === 'array') return [name, []];
    if (inner.type === 'boolean') return [name, false];
    return [name, inner.enum?.[0] ?? ''];
  });
  return Object.fromEntries(entries);
}

/** What is sent: lines that are empty are none, and a number that was not typed is none. */
export function sentOf(shape: Shape, value: unknown): unknown {
  const { shape: inner, isNullable } = plain(shape);
  if (value === null || isSecret(inner)) return value;
  if (value === '' && (isNullable || inner.type !== 'string')) return isNullable ? null : undefined;
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== '');
    return inner.items === undefined || inner.items.anyOf !== undefined ? items : items.map((item) => sentOf(inner.items as Shape, item));
  }
  if (inner.properties === undefined || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value as Fields).flatMap(([name, each]) => {
      const own = inner.properties?.[name];
      // What the cloud numbers itself is not sent.
      if (own === undefined || own.readOnly === true) return [];
      const sent = sentOf(own, each);
      return sent === undefined ? [] : [[name, sent]];
    }),
  );
}
