/** Set-up cannot go on, and what the person at the terminal can do about it. */
export class SetupError extends Error {
  /** @param {string} message @param {string} remedy */
  constructor(message, remedy) {
    super(message);
    this.remedy = remedy;
  }
}

const networkWords =
  /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|ECONNRESET|Could not resolve|Temporary failure|Unable to connect|Network is unreachable|Connection (?:timed out|refused)/;

/** @param {string} output what a program wrote */
export function isNetworkTrouble(output) {
  return networkWords.test(output);
}
