import { test } from 'vitest';
import { openCloud } from './browser.fixture.ts';
import { walkEverywhere } from './walk.ts';

const lab = openCloud();

test('every link leads somewhere, every menu and tab opens, every text is there, in English', { timeout: 600_000 }, () => walkEverywhere(lab, 'en'));
