/**
 * Debian's Chromium without windows, or the one that CHROMIUM names: for tests and pictures of the page. The whole
 * browser (`chromium`) does as well and takes a third more of the processor.
 */
export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium-headless-shell';
