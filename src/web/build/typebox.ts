import type { TSchema } from 'typebox';

type Options = Readonly<Record<string, unknown>>;
type Schema = TSchema & Record<string, unknown>;

/**
 * In the browser a schema is data: forms are made from it, and what it says is checked by the cloud. So the page takes
 * this in place of typebox, which is forty times as large: the same calls, the same schemas.
 */
export const Type = {
  String: (options?: Options): Schema => ({ type: 'string', ...options }),
  Integer: (options?: Options): Schema => ({ type: 'integer', ...options }),
  Number: (options?: Options): Schema => ({ type: 'number', ...options }),
  Boolean: (options?: Options): Schema => ({ type: 'boolean', ...options }),
  Null: (options?: Options): Schema => ({ type: 'null', ...options }),
  Unsafe: (schema: Options): Schema => ({ ...schema }),
  Literal: (value: string | number | boolean, options?: Options): Schema => ({ type: typeof value, const: value, ...options }),
  Array: (items: Schema, options?: Options): Schema => ({ type: 'array', items, ...options }),
  Union: (anyOf: readonly Schema[], options?: Options): Schema => ({ anyOf, ...options }),
  Record: (key: Schema, value: Schema, options?: Options): Schema => ({
    type: 'object',
    patternProperties: { [(key as { pattern?: string }).pattern ?? '^.*$']: value },
    ...options,
  }),
  Optional(schema: Schema): Schema {
    const optional = { ...schema };
    optionals.add(optional);
    return optional;
  },
  Object(properties: Readonly<Record<string, Schema>>, options?: Options): Schema {
    const required = Object.keys(properties).filter((name) => !optionals.has(properties[name] as Schema));
    return { type: 'object', ...(required.length === 0 ? {} : { required }), properties, ...options };
  },
  /** All of them optional. */
  Partial({ required: _required, ...schema }: Schema, options?: Options): Schema {
    return { ...schema, ...options };
  },
};

const optionals = new WeakSet<object>();
