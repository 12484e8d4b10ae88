import type { TObject } from 'typebox';
import type { Kind } from '../../../core/kind.ts';
import { Labels, Name, Ref } from '../../../core/schema.ts';
import { kinds } from '../../../kinds/index.ts';

/** What a person fills in for one property of a schema. */
export interface Field {
  readonly name: string;
  readonly type: 'text' | 'long-text' | 'integer' | 'number' | 'switch' | 'choice' | 'reference' | 'references' | 'labels';
  readonly isRequired: boolean;
  /** It can be none at all: what is emptied is sent as null. */
  readonly isNullable?: boolean | undefined;
  /** English, of the schema: for where the words have no help. */
  readonly description?: string | undefined;
  readonly options?: readonly string[] | undefined;
  /** What a reference leads to. */
  readonly kind?: Kind | undefined;
  readonly pattern?: string | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly minimum?: number | undefined;
  readonly exclusiveMinimum?: number | undefined;
  readonly maximum?: number | undefined;
}

/** Longer texts get more than one line. */
const lineLengthMax = 500;

/** The parts of JSON Schema that our schemas use. */
interface Property {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly pattern?: string;
  readonly patternProperties?: object;
  readonly items?: Property;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Property[];
}

/** A field for each property, in the schema's order; what has no input of its own (unions, objects) is left to the kind. */
export function fieldsOf(schema: TObject): Field[] {
  const required = new Set<string>((schema as { required?: readonly string[] }).required ?? []);
  return Object.entries(schema.properties as Record<string, Property>).flatMap(([name, property]) => {
    const inner = nonNull(property);
    const type = typeOf(inner ?? property);
    if (type === null) return [];
    return [{ ...fieldOf(name, type, inner ?? property, required.has(name)), ...(inner === null ? {} : { isNullable: true }) }];
  });
}

/** What it is when it is not null; null: null is nothing special for it. */
function nonNull({ anyOf = [] }: Property): Property | null {
  const [property, none] = anyOf;
  return anyOf.length === 2 && property !== undefined && none?.type === 'null' ? property : null;
}

/** Those that every kind has. */
export function nameField({ nameSchema = Name }: Kind): Field {
  return fieldOf('name', 'text', nameSchema, true);
}
export const labelsField: Field = { name: 'labels', type: 'labels', isRequired: false, description: (Labels as Property).description };

function fieldOf(name: string, type: Field['type'], property: Property, isRequired: boolean): Field {
  const { description, pattern, minLength, maxLength, minimum, exclusiveMinimum, maximum } = property;
  return {
    name,
    type,
    isRequired,
    description,
    pattern,
    minLength,
    maxLength,
    minimum,
    exclusiveMinimum,
    maximum,
    options: property.enum,
    kind: type === 'reference' || type === 'references' ? kindCalled(name) : undefined,
  };
}

function typeOf(property: Property): Field['type'] | null {
  if (property.enum !== undefined) return 'choice';
  if (property.patternProperties !== undefined) return 'labels';
  switch (property.type) {
    case 'boolean':
      return 'switch';
    case 'integer':
    case 'number':
      return property.type;
    case 'array':
      return isReference(property.items) ? 'references' : null;
    case 'string':
      if (isReference(property)) return 'reference';
      return (property.maxLength ?? 0) > lineLengthMax && property.pattern === undefined ? 'long-text' : 'text';
    default:
      return null;
  }
}

/** A reference to a kind that the page knows: `type` is an instance type's, `keys` are SSH keys'. */
function isReference(property: Property | undefined): boolean {
  return property?.description === (Ref as Property).description && property?.maxLength === (Ref as Property).maxLength;
}

function kindCalled(name: string): Kind | undefined {
  return kinds.find((kind) => [kind.name, kind.plural].some((each) => each === name || each.endsWith(`-${name}`)));
}
