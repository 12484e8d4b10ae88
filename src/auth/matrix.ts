/**
 * Who it takes at least. `anyone`: no log-in is asked for. `user`: any person who has logged in. Then the roles in
 * the project of what is meant (or by a share of it), each including those before it; `self`: the person whom it is
 * about; `auditor` and `administrator` of the cloud, who also have every role before. `agent`: a host, for itself,
 * and nobody else. `signed-in`: a person or an agent.
 */
export const leasts = ['anyone', 'signed-in', 'user', 'viewer', 'operator', 'member', 'owner', 'self', 'auditor', 'administrator', 'agent'] as const;
export type Least = (typeof leasts)[number];

/**
 * Who may do what: subject → verb → least role. A subject is a kind of resource or a part of the API. Every
 * route names its row (`subject.verb`); a route without one is refused when the server is built.
 */
export const matrix: Readonly<Record<string, Readonly<Record<string, Least>>>> = {
  instance: {
    read: 'viewer',
    'read-metrics': 'viewer',
    'read-log': 'operator',
    'open-console': 'operator',
    start: 'operator',
    stop: 'operator',
    'force-stop': 'operator',
    reboot: 'operator',
    pause: 'operator',
    resume: 'operator',
    suspend: 'operator',
    'read-user-data': 'member',
    create: 'member',
    update: 'member',
    resize: 'member',
    delete: 'member',
    share: 'member',
  },
  image: {
    read: 'viewer',
    use: 'operator',
    create: 'member',
    'create-from-file': 'administrator',
    update: 'member',
    retry: 'member',
    delete: 'member',
    share: 'member',
  },
  recipe: { read: 'user' },
  'instance-type': { read: 'user', create: 'administrator', delete: 'administrator' },
  'ssh-key': { read: 'viewer', create: 'member', update: 'member', delete: 'member' },
  network: { read: 'user', update: 'administrator' },
  project: {
    read: 'viewer',
    create: 'administrator',
    update: 'owner',
    'set-member': 'owner',
    'remove-member': 'owner',
    'read-invitations': 'owner',
    invite: 'owner',
    'share-with-everyone': 'owner',
    'read-usage': 'viewer',
    'set-quota': 'administrator',
    delete: 'administrator',
  },
  user: {
    read: 'self',
    'read-usage': 'self',
    explain: 'auditor',
    'read-links': 'auditor',
    update: 'self',
    link: 'administrator',
    import: 'administrator',
    'make-password-link': 'administrator',
    'reset-second-factor': 'administrator',
    'set-quota': 'administrator',
    create: 'administrator',
    administer: 'administrator',
    delete: 'administrator',
  },
  group: {
    read: 'viewer',
    create: 'administrator',
    update: 'administrator',
    'add-members': 'administrator',
    'remove-members': 'administrator',
    delete: 'administrator',
  },
  host: { read: 'auditor', 'read-metrics': 'auditor', update: 'administrator', delete: 'administrator' },
  event: { read: 'viewer' },

  api: { read: 'user', watch: 'user', 'read-docs': 'anyone', 'read-health': 'anyone', 'read-page': 'anyone' },
  session: { create: 'anyone', read: 'signed-in', delete: 'signed-in' },
  'device-login': { decide: 'user' },
  account: {
    read: 'user',
    'set-password': 'user',
    'accept-conditions': 'user',
    'set-email': 'user',
    'set-totp': 'user',
    'set-passkeys': 'user',
    'end-sessions': 'user',
    link: 'user',
  },
  'password-reset': { create: 'anyone' },
  'one-time-link': { use: 'anyone' },
  registration: { create: 'anyone', read: 'auditor', approve: 'administrator', refuse: 'administrator' },
  course: { read: 'user', join: 'user', create: 'administrator', update: 'administrator', delete: 'administrator' },
  token: { read: 'user', create: 'user', delete: 'user' },
  audit: { read: 'auditor', export: 'auditor', verify: 'auditor' },
  settings: { read: 'auditor', update: 'administrator' },
  'sign-in': { read: 'anyone' },
  'join-token': { read: 'auditor', create: 'administrator', delete: 'administrator' },
  agent: {
    enrol: 'anyone',
    'renew-certificate': 'agent',
    join: 'agent',
    'read-desired': 'agent',
    report: 'agent',
    'read-image': 'agent',
    'open-channel': 'agent',
  },
};

/** The least role of a row; null when there is no such row. */
export function leastOf(subject: string, verb: string): Least | null {
  const rows = Object.hasOwn(matrix, subject) ? matrix[subject] : undefined;
  return rows !== undefined && Object.hasOwn(rows, verb) ? (rows[verb] ?? null) : null;
}
