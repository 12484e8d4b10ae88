import type { Resource } from '../../../core/resource.ts';
import type { WebTab } from '../../web-kind.ts';
import { later } from '../later.tsx';

const EventList = later(() => import('./event-list.tsx'), 'EventList');

/** What happened to one resource: the tab that every kind has. Its title is the kind's word `tabs.events`. */
// oxlint-disable-next-line typescript/no-explicit-any -- resources of any kind have events
export const eventsTab: WebTab<any> = {
  id: 'events',
  Content: function EventsTab({ resource }: { resource: Resource }) {
    return <EventList filter={{ subject: resource.id }} />;
  },
};
