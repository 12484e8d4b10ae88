import { capitalised, spoken, withArticle } from './words.ts';

/**
 * Every error that a user can meet: its stable code, HTTP status, what it says and what to do about it.
 * `{name}` is filled from the parameters of the throw; `{kind}` and `{a kind}` in words.
 */
export const errorCatalogue = {
  // The request
  INPUT_INVALID: { status: 400, says: '{where}: {problem}.', remedy: 'Correct the field and send the request again.' },
  JSON_INVALID: { status: 400, says: 'The request body is not valid JSON: {problem}.', remedy: 'Send JSON with content type application/json.' },
  CURSOR_INVALID: { status: 400, says: 'The cursor was not given out by this list.', remedy: 'Start again without a cursor.' },
  BODY_TOO_LARGE: { status: 413, says: 'The request body is over {limit}.', remedy: 'Send less at once.' },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, says: 'Content type {contentType} is not understood here.', remedy: 'Send application/json.' },
  ROUTE_NOT_FOUND: { status: 404, says: 'There is no {method} {path} in this API.', remedy: 'See /v1/docs for the routes.' },
  METHOD_NOT_ALLOWED: { status: 405, says: '{method} is not possible on {path}.', remedy: 'See /v1/docs for the routes.' },
  HOST_NAME_REFUSED: {
    status: 421,
    says: 'This cloud does not go by the name {host}.',
    remedy: 'Use an address of its own; its administrator adds a name with `stratus up --name`.',
  },
  SECRET_IN_ADDRESS: {
    status: 400,
    says: 'A secret stands in the address of this request: {field}.',
    remedy: 'Addresses end up in logs: revoke it, and send another as `Authorization: Bearer …`.',
  },
  RATE_LIMITED: { status: 429, says: 'Too many requests.', remedy: 'Wait {retryAfterSeconds} s and try again.' },

  // Who and whether
  UNAUTHENTICATED: {
    status: 401,
    says: 'This needs a log-in: {problem}.',
    remedy: 'Log in with `stratus login`, or send an API token as `Authorization: Bearer …`.',
  },
  FORBIDDEN: {
    status: 403,
    says: 'You may not {verb} {what}.',
    remedy: 'Ask an owner of the project, or an administrator of the cloud, for the right to do so.',
  },

  ACCOUNT_NEEDED: {
    status: 403,
    says: '{method} knows {who}, who has no account here.',
    remedy: 'Ask an administrator of the cloud for one.',
  },
  LINK_NEEDED: {
    status: 403,
    says: 'There is an account {name} already, and nothing proves that the {name} of {method} is the same person.',
    remedy: 'Log in to that account and link {method} to it in your profile, or ask an administrator to.',
  },
  STEP_NEEDED: {
    status: 403,
    says: 'First {step}.',
    remedy: 'Do so on the web page, or with `stratus account`.',
  },
  RIGHTS_CHANGED: {
    status: 410,
    says: 'What you may see has changed.',
    remedy: 'List again and watch from the revision that the list gives.',
  },
  PROJECT_NEEDED: {
    status: 400,
    says: 'It has to be said which project is meant: {projects}.',
    remedy: 'Name it: `--project NAME`, or `?project=NAME`.',
  },

  // People and projects
  PASSWORD_WEAK: { status: 400, says: 'This password will not do: {problem}.', remedy: 'Take a longer one, such as a sentence that only you know.' },
  MAIL_NOT_SET: {
    status: 409,
    says: 'This cloud cannot do that yet: {missing} is not set.',
    remedy: 'An administrator sets it: `stratus settings edit`.',
  },
  LINK_OVER: {
    status: 410,
    says: 'This link was used already, is too old, or was never given out.',
    remedy: 'Ask for a new one.',
  },
  LINKED_ELSEWHERE: {
    status: 409,
    says: 'The {who} of {method} belongs to another account of this cloud.',
    remedy: 'Log in to that account and take the link away there, or ask an administrator to.',
  },
  LAST_WAY_IN: {
    status: 409,
    says: 'Without it nobody could log in to {name} any more.',
    remedy: 'Set a password, or add another way to log in, first.',
  },
  REGISTRATION_CLOSED: {
    status: 403,
    says: 'One cannot register with this cloud by oneself.',
    remedy: 'Ask its administrators for an account, or for the code of your course.',
  },
  COURSE_FULL: { status: 409, says: 'All {seats} seats of course {name} are taken.', remedy: 'Ask who gives the course for another one.' },
  COURSE_OVER: { status: 409, says: 'Course {name} is over.', remedy: 'Ask who gives the course whether it goes on.' },
  EMAIL_TAKEN: { status: 409, says: 'There is already an account with the address {email}.', remedy: 'Use another address, or that account.' },
  LAST_ADMINISTRATOR: {
    status: 409,
    says: '{name} is the last administrator of this cloud.',
    remedy: 'Make somebody else an administrator first.',
  },
  OWN_ACCOUNT: {
    status: 409,
    says: '{name} is your own account, which you cannot delete.',
    remedy: 'Another administrator can, with `stratus user delete {name}`.',
  },
  LAST_OWNER: { status: 409, says: 'Project {name} would have no owner.', remedy: 'Make somebody else an owner first.' },
  NOT_SHARED: { status: 404, says: '{kind} {name} is not shared with {who}.', remedy: 'Look with whom it is: `stratus {kind} show {name}`.' },
  NOT_A_MEMBER: { status: 404, says: '{who} is not in {kind} {name}.', remedy: 'Look who is: `stratus {kind} show {name}`.' },

  // Any resource
  NOT_FOUND: { status: 404, says: 'There is no {kind} {ref}{place}.', remedy: 'List what there is: `stratus {kind} list`.' },
  NAME_TAKEN: { status: 409, says: 'There is already {a kind} named {name}.', remedy: 'Choose another name, or delete or rename the other one.' },
  NAME_AMBIGUOUS: { status: 409, says: '{ref} names more than one {kind}.', remedy: 'Use the id.' },
  STATE_FORBIDS: { status: 409, says: '{kind} {name} is {state}: {verb} is possible only when {allowed}.', remedy: '{hint}' },
  BEING_DELETED: { status: 409, says: '{kind} {name} is being deleted.', remedy: 'Wait until it is gone; then its name is free again.' },
  CHANGED_MEANWHILE: { status: 412, says: '{kind} {name} has changed since you read it.', remedy: 'Read it again and repeat your change.' },
  CONFLICT: { status: 409, says: 'Too many changes of {what} at the same moment.', remedy: 'Try again.' },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    says: 'The idempotency key {key} was used for another request.',
    remedy: 'Use a new key for a new request.',
  },
  IN_USE: { status: 409, says: '{kind} {name} is used by {users}.', remedy: 'Delete or change what uses it first.' },
  NOT_CHANGEABLE: { status: 409, says: '{field} of {kind} {name} cannot be changed: {reason}.', remedy: '{hint}' },
  WATCH_TOO_OLD: {
    status: 410,
    says: 'Changes since revision {revision} are no longer known.',
    remedy: 'List again and watch from the revision that the list gives.',
  },
  QUOTA_EXCEEDED: {
    status: 409,
    says: 'The quota of {whose} is {limit} {what}: {used} used, {asked} more asked for.',
    remedy: 'Delete what is no longer needed, or ask {contact} for more.',
  },
  LIMIT_REACHED: { status: 409, says: '{what}: {asked} asked for, {limit} is the limit.', remedy: '{hint}' },

  // Instances
  NO_HOST_FITS: {
    status: 409,
    says: 'No host has room for this instance: {detail}.',
    remedy: 'Choose a smaller type, delete instances, or add a host. `stratus host list` shows them.',
  },
  IMAGE_NOT_READY: { status: 409, says: 'Image {name} is {state}: {reason}.', remedy: '{hint}' },
  DISK_TOO_SMALL: {
    status: 400,
    says: 'A disk of {asked} is smaller than image {image}, which needs {needed}.',
    remedy: 'Ask for at least {needed}.',
  },
  LEASE_OVER: {
    status: 409,
    says: 'The lease of instance {name} was over at {at}.',
    remedy: 'Extend it first: `stratus instance extend {name} 30d`.',
  },
  NETWORK_FULL: {
    status: 409,
    says: 'Network {name} has no free address left.',
    remedy: 'Delete instances that are no longer needed, or use another network.',
  },
  USER_DATA_INVALID: { status: 400, says: 'The user-data cannot be used: {problem}.', remedy: '{hint}' },
  SSH_KEY_INVALID: {
    status: 400,
    says: 'This is not an SSH public key: {problem}.',
    remedy: 'Paste one line of a .pub file, such as ~/.ssh/id_ed25519.pub.',
  },
  CONSOLE_UNAVAILABLE: {
    status: 409,
    says: 'The console of {name} cannot be opened: {reason}.',
    remedy: 'Start the instance, or look at its log: `stratus instance log {name}`.',
  },

  // Hosts and the cloud itself
  JOIN_TOKEN_INVALID: {
    status: 401,
    says: 'No host can join with this token: {problem}.',
    remedy: 'Make another: `stratus host join-token {host}`. If the join before it was cut off, that one is used up.',
  },
  CERTIFICATE_REQUEST_INVALID: {
    status: 400,
    says: 'The certificate request cannot be used: {problem}.',
    remedy: 'Send one for an ECDSA key on P-256, as `stratus agent --join` makes it.',
  },
  HOST_CERTIFICATE_INVALID: {
    status: 401,
    says: 'The certificate of host {host} is not valid: {problem}.',
    remedy: 'Let it join again: `stratus host join-token {host}`.',
  },
  HOST_UNKNOWN: { status: 404, says: 'This host is not part of the cloud.', remedy: 'Let it join with a token of the administrator.' },
  UNAVAILABLE: {
    status: 503,
    says: '{what} is not available at the moment: {problem}.',
    remedy: 'Try again in a moment; `stratus doctor` looks for the cause.',
  },
  INTERNAL: {
    status: 500,
    says: 'Something went wrong inside the cloud.',
    remedy: 'Try again; if it stays, give the administrator the request id {requestId}.',
  },
} as const satisfies Record<string, { status: number; says: string; remedy: string }>;

export type ErrorCode = keyof typeof errorCatalogue;

/** An error that the user can expect, from the catalogue. Thrown at admission, shown by every face. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly code: ErrorCode;
  readonly params: Params;

  constructor(code: ErrorCode, params: Record<string, string | number> = {}) {
    super(say(errorCatalogue[code].says, params));
    this.code = code;
    this.params = params;
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }

  get remedy(): string {
    return fill(errorCatalogue[this.code].remedy, this.params);
  }
}

type Params = Readonly<Record<string, string | number>>;

function say(template: string, params: Params): string {
  const kind = String(params['kind'] ?? '');
  const text = fill(template, { ...params, kind: spoken(kind), 'a kind': withArticle(kind) });
  return template.startsWith('{kind}') ? capitalised(text) : text;
}

function fill(template: string, params: Params): string {
  return template.replaceAll(/\{([\w ]+)\}/g, (_, key: string) => String(params[key] ?? ''));
}
