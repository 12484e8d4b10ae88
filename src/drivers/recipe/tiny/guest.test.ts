import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guestFiles } from './root-tree.ts';

function awk(script: string, input: string, ...settings: string[]): string {
  const assigned = settings.flatMap((setting) => ['-v', setting]);
  return execFileSync('awk', [...assigned, '-f', join(guestFiles, script)], { input, encoding: 'utf8' });
}

/** The guest's reader of YAML, as path → value. */
function flatten(yaml: string): Record<string, string> {
  const lines = awk('yaml.awk', yaml, 'name=x')
    .split('\n')
    .filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const tab = line.indexOf('\t');
      const value = line.slice(tab + 1).replace(/\\(.)/g, (_, c: string) => ({ n: '\n', t: '\t' })[c] ?? c);
      return [line.slice(0, tab), value];
    }),
  );
}

test('tiny reads meta-data: plain, quoted and commented values, lists of keys', () => {
  const read = flatten("instance-id: i-06\nlocal-hostname: \"web-1\" # by the cloud\npublic-keys:\n- ssh-ed25519 AAAA x@y\n- 'it''s'\n");
  expect(read).toEqual({
    'x.instance-id': 'i-06',
    'x.local-hostname': 'web-1',
    'x.public-keys.0': 'ssh-ed25519 AAAA x@y',
    'x.public-keys.1': "it's",
  });
});

test('tiny reads network-config with nested maps and flow lists', () => {
  const read = flatten(
    'version: 2\nethernets:\n  nic0:\n    match: {macaddress: "52:54:00:00:00:01"}\n    addresses: [10.0.0.5/24, "fd00::5/64"]\n    routes:\n      - to: 0.0.0.0/0\n        via: 10.0.0.1\n',
  );
  expect(read).toEqual({
    'x.version': '2',
    'x.ethernets.nic0.match.macaddress': '52:54:00:00:00:01',
    'x.ethernets.nic0.addresses.0': '10.0.0.5/24',
    'x.ethernets.nic0.addresses.1': 'fd00::5/64',
    'x.ethernets.nic0.routes.0.to': '0.0.0.0/0',
    'x.ethernets.nic0.routes.0.via': '10.0.0.1',
  });
});

test('tiny reads the text blocks of write_files as they were written', () => {
  const read = flatten(
    'write_files:\n- path: /etc/x\n  content: |\n    one\n      two: # no comment\n\n    three\n- path: /y\n  content: >-\n    a\n    b\n\n    c\n',
  );
  expect(read['x.write_files.0.content']).toBe('one\n  two: # no comment\n\nthree\n');
  expect(read['x.write_files.1.content']).toBe('a b\nc');
});

const text = fc.string({ unit: fc.constantFrom(...'abc XYZ019:,-#{}[]"\'\\/\n\t|>&*!%@'.split('')), maxLength: 12 });
const key = fc.stringMatching(/^[a-z][a-z_0-9-]{0,8}$/);
const document = fc.dictionary(
  key,
  fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
      fc.dictionary(key, tie('node'), { minKeys: 1, maxKeys: 3 }),
    ),
  })).node,
  { minKeys: 1, maxKeys: 4 },
);

test('whatever JSON a seed is written in, tiny reads its values', () => {
  fc.assert(
    fc.property(document, (value) => {
      const expected: Record<string, string> = {};
      const walk = (path: string, node: unknown): void => {
        if (typeof node === 'object' && node !== null) for (const [name, child] of Object.entries(node)) walk(`${path}.${name}`, child);
        else expected[path] = String(node);
      };
      walk('x', value);
      expect(flatten(JSON.stringify(value))).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

test('runcmd becomes a script: texts are shell lines, lists are quoted commands', () => {
  const flat = awk('yaml.awk', "runcmd:\n- echo $HOME > /tmp/x\n- [touch, \"it's here\", '$HOME']\n- [ls]\n", 'name=c');
  expect(awk('runcmd.awk', flat)).toBe("#!/bin/sh\necho $HOME > /tmp/x\n'touch' 'it'\\''s here' '$HOME'\n'ls'\n");
});

test('a MIME message is split into its parts with type and encoding', () => {
  const dir = mkdtempSync(join(tmpdir(), 'mime-'));
  const message = [
    'Content-Type: multipart/mixed;',
    ' boundary="==B=="',
    'MIME-Version: 1.0',
    '',
    'preamble',
    '--==B==',
    'Content-Type: text/x-shellscript; charset="utf-8"',
    'Content-Transfer-Encoding: base64',
    '',
    'IyEvYmluL3No',
    '--==B==',
    'Content-Type: text/cloud-config',
    '',
    '#cloud-config',
    'hostname: x',
    '--==B==--',
    'epilogue',
  ];
  expect(awk('mime.awk', message.join('\r\n'), `dir=${dir}`)).toBe('1\ttext/x-shellscript\tbase64\n2\ttext/cloud-config\t7bit\n');
  expect(readFileSync(join(dir, '1.raw'), 'utf8')).toBe('IyEvYmluL3No\n');
  expect(readFileSync(join(dir, '2.raw'), 'utf8')).toBe('#cloud-config\nhostname: x\n');
  rmSync(dir, { recursive: true });
});
