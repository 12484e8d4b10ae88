/** The store's file cannot be used as it is: the administrator has to act. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
  readonly path: string;

  constructor(path: string, problem: string, cause?: unknown) {
    super(`the store ${path} ${problem}`, { cause });
    this.path = path;
  }
}

/** SQLite's primary result codes that say something about the file and not about us: https://sqlite.org/rescode.html */
const problems: Readonly<Record<number, string>> = {
  5: 'is locked by another process: is a second control plane running on it?',
  8: 'cannot be written: check its owner and permissions',
  10: 'cannot be read or written: check the disk',
  11: 'is damaged: restore it from a backup',
  13: 'cannot grow: its disk is full',
  14: 'cannot be opened: check that its folder exists and can be written',
  26: 'is not a SQLite database: was another file put in its place?',
};

/** Runs `work`; what SQLite says about the file becomes {@link StoreUnusable} in plain words. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const problem = problems[resultCode(error)];
    throw problem === undefined ? error : new StoreUnusable(path, problem, error);
  }
}

function resultCode(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return 0;
  return error.errcode & 0xff; // the rest is detail: https://sqlite.org/rescode.html#pve
}
