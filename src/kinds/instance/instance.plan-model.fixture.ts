import type { Plan } from '../../core/plan.ts';
import type { Instance } from './instance.ts';
import { freshMemory, planInstance, remember, type InstanceAction, type InstanceMemory, type InstanceObserved } from './instance.plan.ts';

type Domain = NonNullable<InstanceObserved['domain']>;

/** A host in a few lines: what each action does when it succeeds. */
export class ModelHost {
  nowMs: number;
  domain: Domain | null;
  hasDisk: boolean;
  hasLease: boolean;
  leaseIsRight: boolean;
  image: InstanceObserved['image'];
  prepared: boolean;
  memory: InstanceMemory;
  /** The guest powers itself off this long after it was asked to; null: it does not listen. */
  guestTakesMs: number | null = 1_000;
  #offAtMs: number | null = null;

  constructor(nowMs: number, seen: Partial<InstanceObserved> = {}, memory: InstanceMemory = freshMemory(nowMs)) {
    this.nowMs = nowMs;
    this.domain = seen.domain ?? null;
    this.hasDisk = seen.hasDisk ?? false;
    this.hasLease = seen.hasLease ?? false;
    this.leaseIsRight = seen.leaseIsRight ?? true;
    this.image = seen.image ?? 'here';
    this.prepared = seen.prepared ?? false;
    this.memory = memory;
  }

  observe(): InstanceObserved {
    const { domain, hasDisk, hasLease, leaseIsRight, image, prepared } = this;
    this.memory = remember(this.memory, domain, this.nowMs);
    return {
      domain,
      hasDisk,
      hasLease,
      leaseIsRight: domain === null || domain.state === 'stopped' || leaseIsRight,
      image,
      prepared,
      startSlot: 'free',
    };
  }

  plan(instance: Instance): Plan<InstanceAction> {
    return planInstance(instance, this.observe(), this.memory, this.nowMs);
  }

  /** A new wish arrived here: deadlines count from now. */
  hear(): void {
    this.memory = { ...this.memory, wishSinceMs: this.nowMs, shutdownRequestedAtMs: null };
  }

  act(action: InstanceAction): void {
    switch (action.do) {
      case 'copy-image':
        this.image = 'here';
        return;
      case 'prepare':
        this.prepared = this.hasDisk = this.hasLease = this.leaseIsRight = true;
        return;
      case 'start':
        this.memory = { ...this.memory, restarts: action.isRestart ? this.memory.restarts + 1 : 0, lastStartAtMs: this.nowMs, exit: null };
        this.domain = { state: 'running', stoppedBecause: null, bootSerial: action.bootSerial, hasSavedState: false };
        return;
      case 'request-shutdown':
        this.memory = { ...this.memory, shutdownRequestedAtMs: this.nowMs };
        if (this.guestTakesMs !== null && this.domain?.state === 'running') this.#offAtMs ??= this.nowMs + this.guestTakesMs;
        return;
      case 'destroy':
        return this.#off('destroyed');
      case 'pause':
        return this.#become('paused');
      case 'resume':
        return this.#become('running');
      case 'save-state':
        this.#off('saved');
        if (this.domain !== null) this.domain = { ...this.domain, hasSavedState: true };
        return;
      case 'drop-saved-state':
        if (this.domain !== null) this.domain = { ...this.domain, hasSavedState: false };
        return;
      case 'undefine':
        this.domain = null;
        return;
      case 'ensure-lease':
        this.hasLease = this.leaseIsRight = true;
        return;
      case 'remove-lease':
        this.hasLease = false;
        return;
      case 'remove-disk':
        this.hasDisk = this.prepared = false;
    }
  }

  pass(ms: number): void {
    this.nowMs += ms;
    if (this.#offAtMs !== null && this.#offAtMs <= this.nowMs) this.#off('shutdown');
  }

  powerCut(): void {
    if (this.domain?.state !== 'stopped') this.#off('unknown');
  }

  #off(because: string): void {
    this.#offAtMs = null;
    if (this.domain !== null && this.domain.state !== 'stopped') this.domain = { ...this.domain, state: 'stopped', stoppedBecause: because };
  }

  #become(state: 'running' | 'paused'): void {
    if (this.domain !== null && this.domain.state !== 'stopped') this.domain = { ...this.domain, state };
  }
}
