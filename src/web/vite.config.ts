import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { mantineStyles } from './build/mantine-styles.ts';

const root = import.meta.dirname;

/** Compressed once here and not for each reader. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir = '' }) {
      const files = (await readdir(dir, { recursive: true })).filter((file) => /\.(js|css|svg)$/.test(file));
      await Promise.all(
        files.map(async (file) => {
          const packed = await promisify(gzip)(await readFile(join(dir, file)), { level: constants.Z_BEST_COMPRESSION });
          await writeFile(join(dir, `${file}.gz`), packed);
        }),
      );
    },
  };
}

export default defineConfig({
  root,
  plugins: [react(), mantineStyles([root, join(root, '..', 'kinds')]), compressed()],
  resolve: { alias: [{ find: /^typebox$/, replacement: join(root, 'build', 'typebox.ts') }] },
  // What comes lazily is known from the start: found only at its first use, the open page would be loaded anew.
  optimizeDeps: {
    include: [
      '@xterm/xterm',
      '@xterm/addon-fit',
      '@novnc/novnc',
      'uplot',
      '@codemirror/commands',
      '@codemirror/lang-yaml',
      '@codemirror/language',
      '@codemirror/lint',
      '@codemirror/state',
      '@codemirror/view',
      'uqr',
    ],
  },
  build: {
    outDir: join(root, '..', '..', 'dist', 'web'),
    emptyOutDir: true,
    target: 'es2023',
    // These know light-dark(): rewritten for older ones, it would ask for a color-scheme that is fixed in the style sheet.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    // What the first page needs comes in one piece: thirty small ones are a tenth larger, and slower.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } } },
    // Nothing inline: the page's policy forbids data: addresses for scripts and styles.
    assetsInlineLimit: 0,
  },
});
