import type { Slice } from '../../control/slice.ts';
import type { EventRecord } from '../../core/event.ts';
import { eventKind } from './event.ts';

export const eventSlice: Slice<EventRecord> = { kind: eventKind };
