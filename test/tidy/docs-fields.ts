import type { TObject, TSchema } from 'typebox';

/** What of JSON Schema our schemas use. */
interface Schema {
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly description?: string;
}

/** A row for each field of a request's body: field, whether it is needed, its form, its words. */
export function fieldRows(body: TObject): string[][] {
  const { properties = {}, required = [] } = body as TSchema as Schema;
  return Object.entries(properties).map(([name, schema]) => [
    `\`${name}\``,
    required.includes(name) ? 'yes' : '',
    formOf(schema),
    schema.description ?? '',
  ]);
}

function formOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(formOf).join(' or ');
  switch (schema.type) {
    case 'array':
      return `list of ${formOf(schema.items ?? {})}${schema.maxItems === undefined ? '' : `, at most ${schema.maxItems}`}`;
    case 'object':
      return `{ ${Object.entries(schema.properties ?? {})
        .map(([name, field]) => `${name}: ${formOf(field)}`)
        .join(', ')} }`;
    case 'integer':
      return `whole number${rangeOf(schema)}`;
    case 'number':
      return `number${rangeOf(schema)}`;
    case 'boolean':
      return '`true` or `false`';
    case 'string':
      return schema.maxLength === undefined ? 'text' : `text, at most ${schema.maxLength.toLocaleString('en')} characters`;
    default:
      return 'anything';
  }
}

function rangeOf({ minimum, exclusiveMinimum, maximum }: Schema): string {
  const from = minimum !== undefined ? ` from ${minimum.toLocaleString('en')}` : exclusiveMinimum !== undefined ? ` above ${exclusiveMinimum}` : '';
  return `${from}${maximum === undefined ? '' : ` to ${maximum.toLocaleString('en')}`}`;
}
