import { expect, test } from 'vitest';
import { createInstance } from '../../../kinds/instance/instance.ts';
import { imageKind } from '../../../kinds/image/image.ts';
import { instanceTypeKind } from '../../../kinds/instance-type/instance-type.ts';
import { userKind } from '../../../kinds/user/user.ts';
import { fieldsOf, labelsField, nameField, type Field } from './fields.ts';
import { bodyOf, changesOf, checkValue } from './values.ts';

const byName = (fields: readonly Field[], name: string) => fields.find((field) => field.name === name) as Field;

test('each property of a schema gets the input that fits it', () => {
  const types = Object.fromEntries(fieldsOf(createInstance).map(({ name, type }) => [name, type]));
  expect(types).toMatchObject({
    image: 'reference',
    keys: 'references',
    firmware: 'choice',
    diskGib: 'number',
    stopTimeoutSeconds: 'integer',
    start: 'switch',
    description: 'long-text',
  });
});

test('a reference knows what it leads to by its name', () => {
  const fields = fieldsOf(createInstance);
  expect(['image', 'type', 'keys', 'network'].map((name) => byName(fields, name).kind?.name)).toEqual([
    'image',
    'instance-type',
    'ssh-key',
    'network',
  ]);
});

test('what has no input of its own is left to the kind', () => {
  expect(fieldsOf(imageKind.create).map(({ name }) => name)).not.toContain('source');
});

test('a value is checked by the rules of the schema', () => {
  const vcpus = byName(fieldsOf(instanceTypeKind.create), 'vcpus');
  expect(checkValue(vcpus, 0)).toEqual({ key: 'minimum', limit: 1 });
  expect(checkValue(vcpus, 1.5)).toEqual({ key: 'integer' });
  expect(checkValue(vcpus, 'two')).toEqual({ key: 'number' });
  expect(checkValue(vcpus, '')).toEqual({ key: 'required' });
  expect(checkValue(vcpus, 2)).toBeNull();
  expect(checkValue(nameField(instanceTypeKind), 'Big One')).toEqual({ key: 'pattern' });
  expect(checkValue(nameField(instanceTypeKind), 'm1.big')).toBeNull();
});

test('a label has a key of the right form, and each key once', () => {
  expect(checkValue(labelsField, [{ key: ' x', value: '' }])).toEqual({ key: 'labelKey' });
  const twice = [
    { key: 'a', value: '1' },
    { key: 'a', value: '2' },
  ];
  expect(checkValue(labelsField, twice)).toEqual({ key: 'labelTwice', limit: 'a' });
  expect(checkValue(labelsField, [{ key: '', value: '' }])).toBeNull();
});

test('what was left empty is not sent', () => {
  const fields = [nameField(instanceTypeKind), ...fieldsOf(instanceTypeKind.create), labelsField];
  expect(bodyOf(fields, { name: 'm1.big', vcpus: 2, memoryMib: '4096', swapMib: '', labels: [{ key: '', value: '' }] })).toEqual({
    name: 'm1.big',
    vcpus: 2,
    memoryMib: 4096,
  });
});

test('a change sends what differs and nothing else', () => {
  const fields = [nameField(imageKind), ...fieldsOf(imageKind.update), labelsField];
  const before = { name: 'tiny', description: 'small', memoryMibMin: 64, loginUser: 'root', labels: { b: '1', a: '2' } };
  const same = {
    name: 'tiny',
    description: 'small',
    memoryMibMin: 64,
    loginUser: 'root',
    labels: [
      { key: 'a', value: '2' },
      { key: 'b', value: '1' },
    ],
  };
  expect(changesOf(fields, same, before)).toEqual({});
  expect(changesOf(fields, { ...same, description: '', labels: [] }, before)).toEqual({ description: '', labels: {} });
});

test('what can be none at all is none when its field is emptied, and left alone when it was empty before', () => {
  const fields = [byName(fieldsOf(userKind.update), 'email')];
  expect(changesOf(fields, { email: '' }, { email: 'ana@example.org' })).toEqual({ email: null });
  expect(changesOf(fields, { email: '' }, { email: null })).toEqual({});
  expect(changesOf(fields, { email: 'ana@example.org' }, { email: null })).toEqual({ email: 'ana@example.org' });
});
