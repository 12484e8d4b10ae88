export const roles = ['administrator', 'agent'] as const;
export type Role = (typeof roles)[number];

/** `anyone`: no log-in is asked for. */
export type Audience = Role | 'anyone';

const administrators = ['administrator'] as const;
const agents = ['agent'] as const;
const everyone = ['anyone', ...roles] as const;

/**
 * Who may do what: subject → verb → roles. A subject is a kind of resource or a part of the API. Every
 * route names its row (`subject.verb`); a route without one is refused when the server is built.
 */
export const matrix: Readonly<Record<string, Readonly<Record<string, readonly Audience[]>>>> = {
  instance: {
    read: administrators,
    create: administrators,
    update: administrators,
    delete: administrators,
    start: administrators,
    stop: administrators,
    'force-stop': administrators,
    reboot: administrators,
    pause: administrators,
    resume: administrators,
    suspend: administrators,
    resize: administrators,
    'read-log': administrators,
    'read-metrics': administrators,
    'read-user-data': administrators,
    'open-console': administrators,
  },
  image: { read: administrators, create: administrators, update: administrators, delete: administrators, retry: administrators },
  recipe: { read: administrators },
  'instance-type': { read: administrators, create: administrators, delete: administrators },
  'ssh-key': { read: administrators, create: administrators, update: administrators, delete: administrators },
  network: { read: administrators, update: administrators },
  project: { read: administrators, create: administrators, update: administrators, delete: administrators },
  host: { read: administrators, 'read-metrics': administrators, update: administrators, delete: administrators },
  event: { read: administrators },

  api: { read: administrators, watch: administrators, 'read-docs': everyone, 'read-health': everyone, 'read-page': everyone },
  session: { create: everyone, read: roles, delete: roles },
  token: { read: administrators, create: administrators, delete: administrators },
  'join-token': { read: administrators, create: administrators, delete: administrators },
  agent: {
    enrol: everyone,
    'renew-certificate': agents,
    join: agents,
    'read-desired': agents,
    report: agents,
    'read-image': agents,
    'open-channel': agents,
  },
};

/** The roles of a row; null when there is no such row. */
export function audience(subject: string, verb: string): readonly Audience[] | null {
  const rows = Object.hasOwn(matrix, subject) ? matrix[subject] : undefined;
  return rows !== undefined && Object.hasOwn(rows, verb) ? (rows[verb] ?? null) : null;
}
