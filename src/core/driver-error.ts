/**
 * A driver could not do what it was asked: the world's refusal, not our bug. Drivers throw it; the loop
 * catches it, shows `message` to the user and tries again as `retry` says.
 */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  /** `soon`: passing (busy, not yet there); `later`: with back-off; `never`: only a changed spec or an administrator helps. */
  readonly retry: 'soon' | 'later' | 'never';

  /** @param message plain words: what was being done and what the world answered */
  constructor(message: string, options: { retry?: 'soon' | 'later' | 'never'; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.retry = options.retry ?? 'later';
  }
}
