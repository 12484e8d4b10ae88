import { expect, test } from 'vitest';
import { readable } from './serial-text.ts';

test('colours and cursor movements of a guest are left out of its log', () => {
  expect(readable('\u001b[0;32mOK\u001b[0m started\r\n\u001b]0;title\u0007\u001b[2J\u001b[HWelcome')).toBe('OK started\nWelcome');
});

test('a line that a guest wrote over is shown as it ended', () => {
  expect(readable('10 %\r50 %\r100 %\r\ndone\r\n')).toBe('100 %\ndone\n');
});
