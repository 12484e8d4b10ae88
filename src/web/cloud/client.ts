/** An answer that is an error, as the API tells it (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly remedy: string;
  readonly requestId: string | null;
  readonly params: Readonly<Record<string, string | number>>;
  readonly errors: readonly { readonly field: string; readonly problem: string }[];
}

/** The cloud refused, or did not answer: `status` 0. */
export class CloudProblem extends Error {
  override readonly name = 'CloudProblem';
  readonly problem: Problem;

  constructor(problem: Partial<Problem> & { status: number }) {
    super(problem.detail ?? `the cloud answered ${problem.status}`);
    this.problem = {
      code: problem.status === 0 ? 'UNREACHABLE' : 'UNKNOWN',
      detail: this.message,
      remedy: '',
      requestId: null,
      params: {},
      errors: [],
      ...problem,
    };
  }
}

export interface Ask {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Proves that a change comes from our own page; from the session. Never stored: a page that is loaded anew asks again. */
let csrfToken: string | null = null;
export function sendCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Told when an answer says that nobody is logged in (any more). */
let onLoggedOut = (): void => {};
export function whenLoggedOut(callback: () => void): void {
  onLoggedOut = callback;
}

/** Told when an answer says that something has to be done before anything else. */
let onStepNeeded = (): void => {};
export function whenStepNeeded(callback: () => void): void {
  onStepNeeded = callback;
}

/** What proves who somebody is: its refusal says nothing of the session that there may be. */
function isProof(path: string): boolean {
  return ['/v1/session', '/v1/links', '/v1/account/links/ldap', '/v1/registrations', '/v1/password-resets'].some(
    (each) => path === each || path.startsWith(`${each}/`),
  );
}

/** One request of the public API, with the session's cookie. Throws {@link CloudProblem}. */
// oxlint-disable-next-line typescript/no-explicit-any -- the caller names what it expects
export async function ask<T = any>(method: string, path: string, options: Ask = {}): Promise<T> {
  return (await askTagged<T>(method, path, options)).body;
}

/** {@link ask}, with the ETag of what was answered: for a change that must not undo somebody else's. */
export async function askTagged<T>(method: string, path: string, options: Ask = {}): Promise<{ body: T; etag: string | null }> {
  const answer = await send(method, path, options);
  try {
    const text = await answer.text();
    const body = (answer.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : text) as T;
    return { body, etag: answer.headers.get('etag') };
  } catch (error) {
    throw unreachable(error, options.signal);
  }
}

/** Nothing came, or only a part. What was given up on purpose stays what it is. */
function unreachable(error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted === true ? error : new CloudProblem({ status: 0, detail: 'The cloud does not answer.' });
}

/** Lines of JSON as they come, until the server ends, the line is cut or `signal` aborts. */
export async function* lines<T>(path: string, options: Ask): AsyncIterable<T> {
  const answer = await send('GET', path, options);
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) return;
  let rest = '';
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const pieces = (rest + part.value).split('\n');
      rest = pieces.pop() ?? '';
      for (const piece of pieces) if (piece !== '') yield JSON.parse(piece) as T;
    }
  } finally {
    // A browser has few connections for each server: one that nobody reads any more is given back.
    void reader.cancel().catch(() => undefined);
  }
}

async function send(method: string, path: string, { query = {}, body, headers, signal }: Ask): Promise<Response> {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  let answer: Response;
  try {
    answer = await fetch(parameters.size === 0 ? path : `${path}?${parameters}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(csrfToken === null || method === 'GET' ? {} : { 'x-csrf-token': csrfToken }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    throw unreachable(error, signal);
  }
  if (answer.ok) return answer;
  const problem = new CloudProblem({ ...(await bodyOf(answer)), status: answer.status });
  if (answer.status === 401 && !isProof(path)) onLoggedOut();
  if (problem.problem.code === 'STEP_NEEDED') onStepNeeded();
  throw problem;
}

async function bodyOf(answer: Response): Promise<object> {
  try {
    return (await answer.json()) as object;
  } catch {
    // A proxy on the way, or a control plane that is just starting.
    return answer.status >= 502 && answer.status <= 504 ? { code: 'UNREACHABLE', detail: 'The cloud does not answer.' } : {};
  }
}
