import { days, hours, minutes, seconds } from '../core/units.ts';

/** How long each credential lives. */
export const lifetimes = {
  /** A session ends when it was not used for this long, */
  sessionIdleMs: 12 * hours,
  /** and in any case after this. */
  sessionMs: 30 * days,
  /** How exactly last uses are written down: more often would be a commit per request. */
  lastUseExactToMs: 10 * minutes,
  /** A console ticket is taken to the WebSocket within this, once. */
  ticketMs: 60 * seconds,
  /** A machine joins with its token within this, unless its maker says otherwise. */
  joinTokenMs: 1 * hours,
} as const;
