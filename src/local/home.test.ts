import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { homePaths, makeHome, readCloud, writeCloud } from './home.ts';

const dir = mkdtempSync(join(tmpdir(), 'stratus-home-'));
afterAll(() => rmSync(dir, { recursive: true }));

const decided = { port: 7480, cidr: '10.42.0.0/20', nat: true };
const home = (name: string) => homePaths(join(dir, name));

test('what was decided about a cloud is read back as it was, and others may only pass through its home', () => {
  const made = makeHome(home('new/cloud'), decided);
  expect(made).toMatchObject(decided);
  expect(readCloud(home('new/cloud'))).toEqual(made);
  writeCloud(home('new/cloud'), { ...made, port: 7481 });
  expect(readCloud(home('new/cloud'))?.port).toBe(7481);
  expect(statSync(join(dir, 'new/cloud')).mode & 0o777).toBe(0o711);
  expect(readCloud(home('none'))).toBeNull();
});

test('a directory that was filled with package files beforehand becomes a home', () => {
  mkdirSync(join(dir, 'filled/packages'), { recursive: true });
  expect(makeHome(home('filled'), decided).port).toBe(7480);
});

test("somebody else's directory never becomes a home, because it would be removed with the cloud", () => {
  mkdirSync(join(dir, 'letters'));
  writeFileSync(join(dir, 'letters/from-anna'), '');
  expect(() => makeHome(home('letters'), decided)).toThrow(/not empty: there is from-anna/);
  expect(() => makeHome(home('letters/from-anna'), decided)).toThrow(/cannot be made or written to/);
  expect(() => makeHome(homePaths('/proc/none/cloud'), decided)).toThrow(/cannot be made or written to/);
});

test.each([
  '',
  '{"cloudId":',
  'null',
  '[]',
  '{}',
  '{"cloudId":"d9a3373e","port":"7480","cidr":"10.42.0.0/20","nat":true,"createdAt":"now"}',
  '{"cloudId":"../../..","port":7480,"cidr":"10.42.0.0/20","nat":true,"createdAt":"now"}',
])('a damaged cloud.json is told and left as it is: %s', (text) => {
  mkdirSync(join(dir, 'damaged'), { recursive: true });
  writeFileSync(home('damaged').cloudFile, text);
  expect(() => readCloud(home('damaged'))).toThrow(/is damaged/);
  expect(readFileSync(home('damaged').cloudFile, 'utf8')).toBe(text);
});
