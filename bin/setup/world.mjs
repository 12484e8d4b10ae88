// What set-up needs of the machine; tests plant another.
import { spawn } from 'node:child_process';
import { chownSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const realWorld = {
  isRoot: () => process.getuid?.() === 0,
  arch: process.arch,
  env: process.env,
  exists: existsSync,

  readText(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return null;
    }
  },

  /** All files under a path, at any depth; of a file, itself; of nothing, none. */
  filesIn(path) {
    if (!existsSync(path)) return [];
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  },

  /** Of the owner of its folder, also where root writes it. */
  writeText(path, text) {
    const { uid, gid } = statSync(dirname(path));
    writeFileSync(path, text);
    if (process.getuid?.() === 0) chownSync(path, uid, gid);
  },

  /** Both are whole at any moment, and between two renames there is none; whoever else does the same is not disturbed. */
  replaceFolder(from, to) {
    const old = `${from}.old`;
    for (let tries = 1; ; tries++) {
      rmSync(old, { recursive: true, force: true });
      try {
        if (existsSync(to)) renameSync(to, old);
        renameSync(from, to);
        break;
      } catch (error) {
        // Somebody else was faster between two of these steps: theirs makes room for ours.
        if (!existsSync(from) || tries === 10) throw error;
      }
    }
    rmSync(old, { recursive: true, force: true });
  },

  /** Removes folders called `prefix` and the number of a process that is no more. */
  sweepFolders(path, prefix) {
    if (!existsSync(path)) return;
    for (const name of readdirSync(path)) {
      const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : 0;
      if (pid > 0 && pid !== process.pid && !existsSync(`/proc/${pid}`)) rmSync(join(path, name), { recursive: true, force: true });
    }
  },

  writeProgram: (path, text) => writeFileSync(path, text, { mode: 0o755, flag: 'wx' }),
  remove: (path) => rmSync(path, { force: true }),
  ownerOf: (path) => ({ uid: statSync(path).uid, gid: statSync(path).gid }),

  /** Runs a program; `output` is the end of what it wrote. A program that is not there gives status -1. */
  run(program, args, { cwd, env, uid, gid, onLine } = {}) {
    return new Promise((resolve) => {
      const child = spawn(program, args, {
        cwd,
        env: env ?? process.env,
        ...(uid === undefined ? {} : { uid, gid }),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      const take = (chunk) => {
        const text = chunk.toString();
        output = (output + text).slice(-200_000);
        for (const line of text.split(/[\r\n]+/)) if (line !== '') onLine?.(line);
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.once('error', (error) => resolve({ status: -1, output: error.message }));
      child.once('close', (code) => resolve({ status: code ?? -1, output }));
    });
  },
};
