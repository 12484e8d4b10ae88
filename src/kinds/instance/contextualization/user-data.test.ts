import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { base64OfText } from './base64.ts';
import { checkPlainUserData, decodedBody } from './check-plain.ts';
import { checkUserData } from './check-user-data.ts';
import { parseMultipart } from './multipart-parse.ts';
import { composeMultipart, partMediaTypes, type PartKind } from './multipart.ts';
import { userDataKind } from './user-data-kind.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const message = (...parts: string[]) =>
  `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n${parts.map((part) => `--b\n${part}\n`).join('')}--b--\n`;

test.each([
  ['', 'none'],
  ['#!/bin/sh\necho hi\n', 'script'],
  ['#! /usr/bin/env python3\n', 'script'],
  ['#cloud-config\npackages: [htop]\n', 'cloud-config'],
  ['#cloud-config\r\npackages: [htop]\r\n', 'cloud-config'],
  ['#cloud-config', 'cloud-config'],
  ['#cloud-config\n# nothing yet\n', 'cloud-config'],
  ['#cloud-config\nruncmd: [a]\nruncmd: [b]\n', 'cloud-config'],
  ['#cloud-config-archive\n- type: text/cloud-config\n', 'cloud-config-archive'],
  ['## template: jinja\n#cloud-config\n{% if x %}\n', 'jinja-template'],
  ['#include\nhttps://example.org/a\n', 'include'],
  ['#include https://example.org/a\n', 'include'],
  ['#include-once\nhttps://example.org/a\n', 'include-once'],
  ['#cloud-boothook\n#!/bin/sh\n', 'boothook'],
  ['#part-handler\n', 'part-handler'],
  [message('Content-Type: text/cloud-config\n\n#cloud-config\na: 1'), 'multipart'],
  [message('\n#!/bin/sh\n'), 'multipart'],
  [message('Content-Type: text/part-handler\n\n#part-handler', 'Content-Type: text/x-mine\n\nanything'), 'multipart'],
])('user-data that begins with %j is taken for what it is', (text, kind) => {
  expect(checkUserData(bytes(text))).toEqual({ kind });
  if (kind !== 'none') expect(checkUserData(gzipSync(text))).toEqual({ kind });
});

test.each([
  ['\n#!/bin/sh\n', /first line is empty/],
  ['   \n#cloud-config\n', /first line is empty/],
  ['echo hi\n', /says nothing that a guest understands: "echo hi"/],
  ['#cloud-configs\n', /says nothing/],
  ['# cloud-config\n', /says nothing/],
  [' #!/bin/sh\n', /says nothing/],
  ['\ufeff#cloud-config\n', /byte order mark/],
  ['#!/bin/sh\r\necho hi\r\n', /Windows/],
  ['#!bash\n', /no interpreter by its full path/],
  ['#!\n', /no interpreter/],
  ['#cloud-config\npackages: [htop\n', /not YAML: .* line \d+/],
  ['#cloud-config\n- a\n- b\n', /not a mapping/],
  ['#cloud-config\njust words\n', /not a mapping/],
  ['#cloud-config\na: 1\n---\nb: 2\n', /not YAML/],
  ['Content-Type: multipart/mixed; boundary="b"\n\n--b\n', /lack MIME-Version/],
  ['MIME-Version: 1.0\nContent-Type: text/x-shellscript\n\n#!/bin/sh\n', /multipart/],
  ['MIME-Version: 1.0\nContent-Type: multipart/mixed\n\n', /no boundary/],
  ['MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\nnothing\n', /does not occur/],
  ['MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n#!/bin/sh\n', /closing boundary is missing/],
  ['MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b--\n', /no part/],
  [message('Content-Type: text/html\n\n<p>'), /in part 1: no guest knows its type "text\/html"/],
  [message('\n#!/bin/sh\n', 'Content-Type: text/cloud-config\n\n- a'), /in part 2: .*not a mapping/],
  [message('Content-Type: text/x-shellscript\n\necho'), /in part 1/],
  [message('Content-Type: text/x-shellscript\nContent-Transfer-Encoding: base64\n\n!!'), /transfer encoding/],
])('user-data %j is refused in words', (text, reason) => {
  expect(checkUserData(bytes(text))).toMatchObject({ problem: expect.stringMatching(reason), hint: expect.stringMatching(/\.$/) });
});

test('gzip is looked into, within bounds', () => {
  const problem = (content: Uint8Array) => (checkUserData(content) as { problem?: string }).problem;
  expect(problem(gzipSync('echo hi'))).toMatch(/in what is packed: its first line/);
  expect(problem(gzipSync(''))).toMatch(/empty/);
  expect(problem(gzipSync(gzipSync('#!/bin/sh')))).toMatch(/packed once more/);
  expect(problem(gzipSync(Buffer.alloc(2 ** 21)))).toMatch(/more than 1 MiB/);
  expect(problem(gzipSync('#!/bin/sh').subarray(0, 15))).toMatch(/cannot be unpacked/);
  expect(problem(Buffer.from('ff fe 23 00'.replaceAll(' ', ''), 'hex'))).toMatch(/UTF-16/);
  expect(problem(Buffer.concat([Buffer.from('#cloud-config\na: '), Buffer.from([0xff])]))).toMatch(/not UTF-8/);
});

test('what is wrong with a cloud-config is told without quoting it', () => {
  const { problem } = checkUserData(bytes('#cloud-config\npassword: "hunter2\n')) as { problem: string };
  expect(problem).not.toContain('hunter2');
});

test('whatever bytes are sent as user-data, they are taken or refused with a reason and a next step', () => {
  const starts = [
    '',
    '#!',
    '#cloud-config\n',
    'MIME-Version: 1.0\n',
    'Content-Type: multipart/mixed; boundary=b\nMIME-Version: 1.0\n\n--b\n',
    '\x1f\x8b',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.uint8Array(), (start, rest) => {
      const content = Buffer.concat([Buffer.from(start, 'latin1'), rest]);
      const checked = checkUserData(content);
      if ('problem' in checked) expect(checked.problem.length * checked.hint.length).toBeGreaterThan(0);
      else expect(checked.kind).not.toBe('gzip');
    }),
    { numRuns: 1000 },
  );
});

const content = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '--=_stratuslab-part-1_=',
        '--=_stratuslab-part-1_=--',
        '=_stratuslab-part-2_=',
        'From me',
        '.',
        '',
        '\r',
        'a'.repeat(1100),
        'é',
        '#!/bin/sh',
        'Content-Type: text/html',
      ),
    )
    .map((lines) => lines.join('\n')),
);

test('whatever parts are composed into one message, each comes out byte for byte, and as many', () => {
  const part = fc.record({ kind: fc.constantFrom(...(Object.keys(partMediaTypes) as PartKind[])), name: fc.string({ unit: 'binary' }), content });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const composed = composeMultipart(parts);
      expect(composed).toMatch(/^[\n\t\x20-\x7e]*$/);
      expect(userDataKind(bytes(composed))).toBe('multipart');
      const read = parseMultipart(composed);
      if ('problem' in read) throw new Error(read.problem);
      expect(read.map((each) => each.mediaType)).toEqual(parts.map((each) => partMediaTypes[each.kind]));
      expect(read.map((each) => Buffer.from(decodedBody(each) ?? []).toString('hex'))).toEqual(
        parts.map((each) => Buffer.from(each.content).toString('hex')),
      );
      for (const each of read) expect(each.fileName).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/);
    }),
    { numRuns: 1000 },
  );
});

test('a message of a script and a cloud-config can be read by people too', () => {
  const composed = composeMultipart([
    { kind: 'script', name: 'set up.sh', content: '#!/bin/sh\necho hi\n' },
    { kind: 'cloud-config', name: 'config.yaml', content: '#cloud-config\nmotd: à bientôt\n' },
  ]);
  expect(composed).toBe(`Content-Type: multipart/mixed; boundary="=_stratuslab-part-1_="
MIME-Version: 1.0

--=_stratuslab-part-1_=
Content-Type: text/x-shellscript; charset="us-ascii"
MIME-Version: 1.0
Content-Transfer-Encoding: 7bit
Content-Disposition: attachment; filename="set-up.sh"

#!/bin/sh
echo hi

--=_stratuslab-part-1_=
Content-Type: text/cloud-config; charset="utf-8"
MIME-Version: 1.0
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="config.yaml"

I2Nsb3VkLWNvbmZpZwptb3RkOiDDoCBiaWVudMO0dAo=
--=_stratuslab-part-1_=--
`);
  expect(checkUserData(bytes(composed))).toEqual({ kind: 'multipart' });
});

test('base64 in the language alone is the same as everywhere', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => base64OfText(text) === Buffer.from(text).toString('base64')));
});

test('what is wrong is told with its line, where it has one', () => {
  const lineOf = (text: string) => (checkPlainUserData(bytes(text)) as { line?: number }).line;
  expect(lineOf('echo hi\n')).toBe(1);
  expect(lineOf('#cloud-config\na: 1\n---\nb: 2\n')).toBe(3);
  expect(lineOf('#cloud-config\npackages:\n  - htop\n - git\n')).toBeGreaterThan(2);
  expect(lineOf(message('Content-Type: text/html\n\n<p>'))).toBe(undefined);
});
