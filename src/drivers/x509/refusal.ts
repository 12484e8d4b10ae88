/** Why a chain is refused, for those who decide by it; the reason beside it is for people. */
export type RefusalCode =
  | 'no-certificate'
  | 'malformed'
  | 'too-large'
  | 'unknown-authority'
  | 'not-an-authority'
  | 'not-yet-valid'
  | 'expired'
  | 'revoked'
  | 'revocation-unknown'
  | 'bad-signature'
  | 'weak-algorithm'
  | 'weak-key'
  | 'wrong-usage'
  | 'path-too-long'
  | 'unknown-extension'
  | 'forbidden-subject'
  | 'bad-proxy'
  | 'limited-proxy'
  | 'bad-attributes'
  | 'vo-missing';

/** Thrown inside this driver alone: its door turns every one into a verdict or a problem of a file. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;

  /** @param message plain words, without a full stop */
  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function malformed(what: string): Refusal {
  return new Refusal('malformed', `${what} cannot be read`);
}
