import { Command } from 'commander';
import fc, { type Arbitrary } from 'fast-check';
import { Type, type TObject, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { OneOf } from '../core/schema.ts';
import { kinds } from '../kinds/index.ts';
import { addFlags, bodyOf, flagsOf, wordsOf } from './flags.ts';

function parsed(schema: TObject, words: readonly string[]): Record<string, unknown> {
  const flags = flagsOf(schema);
  const command = addFlags(new Command().exitOverride().configureOutput({ writeErr: () => undefined }), flags);
  command.action(() => undefined).parse([...words], { from: 'user' });
  return bodyOf(flags, command.opts());
}

const sort = (schema: TSchema, value: Arbitrary<unknown>) => fc.constant({ schema, value });
/** A field of any sort that commands have, with values that it allows. */
const field = fc.oneof(
  sort(Type.String(), fc.string()),
  sort(Type.Integer(), fc.integer()),
  sort(
    Type.Number(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
  ),
  sort(Type.Boolean(), fc.boolean()),
  sort(OneOf(['always', 'never'] as const), fc.constantFrom('always', 'never')),
  sort(Type.Array(Type.String()), fc.array(fc.string(), { minLength: 1 })),
  sort(
    Type.Array(Type.Object({})),
    fc.array(
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        fc.integer(),
      ),
    ),
  ),
  sort(Type.Union([Type.String(), Type.Null()]), fc.option(fc.string())),
);
const names = ['alpha', 'diskGib', 'keys', 'userDataBase64', 'nonsense', 'x', 'noise'];

describe('flags', () => {
  test('say any body that a schema allows, and nothing of it is lost', () => {
    const bodies = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }).chain((fields) =>
      fc.tuple(...fields.map(() => field)).chain((sorts) =>
        fc.record({
          schema: fc.constant(Type.Object(Object.fromEntries(fields.map((name, i) => [name, Type.Optional(sorts[i]?.schema ?? Type.Null())])))),
          body: fc.record(Object.fromEntries(fields.map((name, i) => [name, sorts[i]?.value ?? fc.constant(null)])), { requiredKeys: [] }),
        }),
      ),
    );
    fc.assert(
      fc.property(bodies, ({ schema, body }) => {
        expect(parsed(schema, wordsOf(flagsOf(schema), body))).toEqual(body);
      }),
    );
  });

  test('of every kind can stand together on one command, and what they give is what the API takes', () => {
    for (const { create, update, verbs } of kinds) {
      for (const schema of [create, update, ...Object.values(verbs).map(({ body }) => body)]) {
        if (schema !== null && schema !== undefined) addFlags(new Command(), flagsOf(schema));
      }
    }
    const { create } = kinds.find(({ name }) => name === 'instance') as { create: TObject };
    const body = parsed(create, ['--image', 'tiny', '--key', 'a', '--key', 'b', '--disk-gib', '2.5', '--no-start', '--stop-timeout-seconds', '0']);
    expect(body).toEqual({ image: 'tiny', keys: ['a', 'b'], diskGib: 2.5, start: false, stopTimeoutSeconds: 0 });
    expect(Value.Check(create, body)).toBe(true);
  });

  const numbers = Type.Object({
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
    size: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    source: Type.Optional(Type.Object({})),
  });
  test.each([
    ['--count=x', 'It must be a whole number.'],
    ['--count=1.5', 'It must be a whole number.'],
    ['--count=0', 'It must be at least 1.'],
    ['--count=10', 'It must be at most 9.'],
    ['--size=0', 'It must be more than 0.'],
    ['--size=1e', 'It must be a number.'],
    ['--source={', 'It must be JSON.'],
  ])('%s is refused before the cloud is asked: %s', (word, problem) => {
    expect(() => parsed(numbers, [word])).toThrow(problem);
  });

  test('explain ranges, repetition and what is required', () => {
    const command = addFlags(
      new Command(),
      flagsOf(
        Type.Object({
          vcpus: Type.Integer({ minimum: 1, maximum: 4, description: 'Virtual processors.' }),
          tags: Type.Optional(Type.Array(Type.String())),
        }),
      ),
    );
    expect(command.options.map(({ flags, description }) => `${flags}: ${description}`)).toEqual([
      '--vcpus <number>: virtual processors (1 to 4; required)',
      '--tag <text>: tag (may be repeated)',
    ]);
  });
});
