import type { Clock } from '../ports/clock.ts';
import type { Identity } from './identity.ts';
import { lifetimes } from './lifetimes.ts';
import { newSecret, secretHash } from './secret.ts';

/** What a ticket is good for. */
export interface TicketUse {
  readonly instanceId: string;
  readonly stream: string;
}

interface Ticket extends TicketUse {
  readonly identity: Identity;
  readonly expiresAtMs: number;
}

/**
 * A browser cannot send headers with a WebSocket: it takes a ticket there, in the address, so each is good
 * once, for one stream, for a minute. In memory: after a restart one asks for another.
 */
export class ConsoleTickets {
  readonly #clock: Clock;
  readonly #tickets = new Map<string, Ticket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(identity: Identity, use: TicketUse): { ticket: string; expiresAtMs: number } {
    for (const [hash, { expiresAtMs }] of this.#tickets) if (expiresAtMs <= this.#clock.now()) this.#tickets.delete(hash);
    const ticket = newSecret('slt_');
    const expiresAtMs = this.#clock.now() + lifetimes.ticketMs;
    this.#tickets.set(secretHash(ticket), { ...use, identity, expiresAtMs });
    return { ticket, expiresAtMs };
  }

  /** Who the ticket was given to, and for what; worthless from now on. null for anything else. */
  redeem(ticket: string): { identity: Identity; use: TicketUse } | null {
    const hash = secretHash(ticket);
    const found = this.#tickets.get(hash);
    this.#tickets.delete(hash);
    if (found === undefined || found.expiresAtMs <= this.#clock.now()) return null;
    const { identity, instanceId, stream } = found;
    return { identity: { ...identity, via: 'ticket' }, use: { instanceId, stream } };
  }
}
