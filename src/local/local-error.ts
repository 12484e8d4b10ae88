/** A command of this machine's own parts cannot do what it was asked: plain words for its user, and what to do. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  readonly remedy: string;
  /** The command itself was wrong (exit code 2), not the world (1). */
  readonly isUsage: boolean;

  constructor(message: string, remedy: string, options: { isUsage?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.remedy = remedy;
    this.isUsage = options.isUsage ?? false;
  }
}
