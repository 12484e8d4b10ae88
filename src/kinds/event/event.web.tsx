import { IconHistory } from '@tabler/icons-react';
import { later } from '../../web/widgets/later.tsx';
import type { WebKind } from '../../web/web-kind.ts';
import { eventKind } from './event.ts';
import { eventWords } from './event.words.ts';

export const eventWeb: WebKind<typeof eventKind> = {
  kind: eventKind,
  icon: IconHistory,
  section: 'cloud',
  words: eventWords,
  columns: [],
  canDelete: false,
  bulkVerbs: [],
  tabs: [],
  create: null,
  List: later(() => import('./web/events-page.tsx'), 'EventsPage'),
};
