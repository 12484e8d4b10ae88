/** The API is for programs: nothing in an answer is to be run, framed or kept. */
const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** On every answer. */
export function standardHeaders(requestId: string): Record<string, string> {
  return { ...securityHeaders, 'x-request-id': requestId };
}

/** A caller's own request id, if it is sane: it stands in logs and events. */
export function sanelyNamed(id: string | string[] | undefined): string | null {
  return typeof id === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/.test(id) ? id : null;
}
