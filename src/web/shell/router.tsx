import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { later } from '../widgets/later.tsx';
import { MissingPage } from './missing-page.tsx';
import { Shell } from './shell.tsx';

/** What a list's address says about what is shown: it can be sent to a colleague. */
export interface ListSearch {
  readonly q?: string | undefined;
  readonly state?: string | undefined;
  readonly label?: string | undefined;
  readonly project?: string | undefined;
  /** `column` or `-column`. */
  readonly sort?: string | undefined;
  /** Of events: what they are about, of which sort they are, how old they are at most. */
  readonly kind?: string | undefined;
  readonly type?: string | undefined;
  readonly since?: string | undefined;
}

const root = createRootRoute({ component: Shell, notFoundComponent: () => <MissingPage /> });

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: later(() => import('../overview/overview.tsx'), 'Overview'),
  validateSearch: (search: Record<string, unknown>): { view?: 'mine' | undefined } => ({ view: search['view'] === 'mine' ? 'mine' : undefined }),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: later(() => import('../settings/settings.tsx'), 'Settings'),
});
const logIn = createRoute({
  getParentRoute: () => root,
  path: '/log-in',
  component: later(() => import('../door/log-in-done.tsx'), 'LogInDone'),
});
const profile = createRoute({
  getParentRoute: () => root,
  path: '/profile',
  component: later(() => import('../account/profile.tsx'), 'Profile'),
});
const device = createRoute({
  getParentRoute: () => root,
  path: '/device',
  component: later(() => import('../door/device.tsx'), 'Device'),
  validateSearch: (search: Record<string, unknown>): { code?: string | undefined } => ({ code: text(search['code']) }),
});
const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  component: later(() => import('../door/join.tsx'), 'Join'),
  validateSearch: (search: Record<string, unknown>): { code?: string | undefined } => ({ code: text(search['code']) }),
});
const administration = createRoute({
  getParentRoute: () => root,
  path: '/administration',
  component: later(() => import('../admin/administration.tsx'), 'Administration'),
  validateSearch: (search: Record<string, unknown>): { page?: string | undefined } => ({ page: text(search['page']) }),
});
const launch = createRoute({
  getParentRoute: () => root,
  path: '/launch',
  component: later(() => import('../../kinds/instance/web/launch.tsx'), 'Launch'),
  validateSearch: (search: Record<string, unknown>): { image?: string | undefined } => ({ image: text(search['image']) }),
});
const console = createRoute({
  getParentRoute: () => root,
  path: '/instances/$ref/console',
  component: later(() => import('../../kinds/instance/web/console-page.tsx'), 'ConsolePage'),
  validateSearch: (search: Record<string, unknown>): { stream?: 'serial' | 'vnc' | undefined } => ({
    stream: search['stream'] === 'vnc' ? 'vnc' : search['stream'] === 'serial' ? 'serial' : undefined,
  }),
});
const list = createRoute({
  getParentRoute: () => root,
  path: '/$plural',
  component: later(() => import('./list-page.tsx'), 'ListPage'),
  validateSearch: (search: Record<string, unknown>): ListSearch => ({
    q: text(search['q']),
    state: text(search['state']),
    label: text(search['label']),
    project: text(search['project']),
    sort: text(search['sort']),
    kind: text(search['kind']),
    type: text(search['type']),
    since: text(search['since']),
  }),
});
const create = createRoute({
  getParentRoute: () => root,
  path: '/$plural/new',
  component: later(() => import('./create-page.tsx'), 'CreatePage'),
});
const resource = createRoute({
  getParentRoute: () => root,
  path: '/$plural/$ref',
  component: later(() => import('./resource-page.tsx'), 'ResourcePage'),
  validateSearch: (search: Record<string, unknown>): { tab?: string | undefined; range?: string | undefined; sort?: string | undefined } => ({
    tab: text(search['tab']),
    range: text(search['range']),
    sort: text(search['sort']),
  }),
});

export const router = createRouter({
  routeTree: root.addChildren([overview, settings, logIn, profile, device, join, administration, launch, console, list, create, resource]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** Addresses are written by people too: what is no text of sensible length is left out. */
function text(value: unknown): string | undefined {
  const string = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return typeof string === 'string' && string !== '' && string.length <= 200 ? string : undefined;
}
