import type { TSchema } from 'typebox';

/** JSON Schema, as far as the contract of this cloud uses it. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  /** `true`: whatever a browser's own interface gives. */
  readonly additionalProperties?: boolean;
  readonly description?: string;
}

/** The same schema, refusing fields that it does not name, where it does not say otherwise: a typing error must not pass in silence. */
export function strict(schema: TSchema | JsonSchema): JsonSchema {
  const { properties, patternProperties, items, anyOf, ...rest } = schema as JsonSchema;
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties: each(properties) }),
    ...(patternProperties === undefined ? {} : { patternProperties: each(patternProperties) }),
    ...(items === undefined ? {} : { items: strict(items) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(strict) }),
    ...(rest.type === 'object' && rest.additionalProperties !== true ? { additionalProperties: false } : {}),
  };
}

function each(schemas: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, strict(schema)]));
}
