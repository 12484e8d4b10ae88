import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commonPasswords } from './common-passwords.ts';
import { randomPassword } from './password.ts';
import { passwordProblems } from './password-rules.ts';

const problems = (password: string, about: readonly string[] = []) => passwordProblems(password, about);

describe('a new password', () => {
  test('may be anything long that is not well known: phrases, other scripts, no digits, no signs', () => {
    for (const password of [
      'staple the quiet harbour',
      'un été à la montagne',
      'только мой пароль',
      '我的密码是很长的一句话对吧',
      'kd83nvw0qpzm',
      'aaaa bbbb xkcd mule',
    ])
      expect(problems(password), password).toEqual([]);
    for (let n = 0; n < 1_000; n++) expect(problems(randomPassword())).toEqual([]);
  });

  test('has twelve characters at least and a thousand at most, as people count them', () => {
    expect(problems('kd83nvw0qpz')).toEqual(['it is shorter than 12 characters']);
    expect(problems('é🐘ü🦒ö🐫ä🦏ß🐬ñ')).toEqual(['it is shorter than 12 characters']);
    expect(problems(Array.from({ length: 1_001 }, (_, n) => String.fromCharCode(97 + ((n * n) % 26))).join(''))).toEqual([
      'it is longer than 1000 characters',
    ]);
    expect(passwordProblems('kd83nvw0', [], { lengthMin: 8, lengthMax: 64 })).toEqual([]);
  });

  test('does not contain who it is for, nor where', () => {
    const about = ['ada.lovelace', 'ada.lovelace@example.org', 'Lab Cloud', 'ada'];
    for (const password of ['xx-ADA.Lovelace-99', 'my lab cloud key 7', 'ada.lovelace@example.org'])
      expect(problems(password, about), password).toContain('it contains your name, your e-mail address or the name of the cloud');
    expect(problems('armada kd83nvw0', about)).toEqual([]);
  });

  test('is no repetition and no sequence', () => {
    for (const password of [
      'aaaaaaaaaaaa',
      'abcabcabcabc',
      '123456789012',
      'abcdefghijklmnop',
      '987654321098765',
      'qwertyuiopasdfghjkl',
      'azertyuiopqs',
      '111122223333',
      'xy12xy12xy12xy12',
    ])
      expect(problems(password), password).toContain('it is mostly a repetition or a sequence');
  });

  test('is not one that everybody tries first, however it is dressed up', () => {
    for (const password of [
      'Password1234',
      'P@ssw0rd2026!',
      '***letmein***99',
      'motdepasse2026',
      'M0tDeP@sse!!!',
      'iloveyouforever',
      'changeme-changeme',
      'correct horse battery staple',
      'Administrateur1',
      'StratusLab2026',
    ])
      expect(problems(password), password).toContain('it is one that everybody tries first');
  });

  test('has nothing that cannot be typed', () => {
    expect(problems('kd83nvw0\u0000qpzm')).toEqual(['it has a control character, which cannot be typed everywhere']);
    expect(problems('kd83nvw0\nqpzm')).toHaveLength(1);
  });

  test('is judged whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (password) => {
        for (const problem of problems(password, [password])) expect(problem).toMatch(/^it /);
      }),
    );
  });
});

test('the list of what everybody tries first has some hundreds, as they are looked for', () => {
  expect(commonPasswords.size).toBeGreaterThan(400);
});
