import type { Domain, DomainConfig, DomainStats, StopReason } from '../../ports/hypervisor.ts';
import { domainConfigHash } from '../../ports/domain-config-hash.ts';
import { between } from './random.ts';
import type { SimHost } from './sim-host.ts';
import { SimUse } from './sim-load.ts';
import type { RunEnd, RunRecord } from './sim-world.ts';

/** What the guest in a run is like; drawn at its power-on, kept through suspend and resume. */
interface Guest {
  readonly ignoresPowerButton: boolean;
  readonly answersSsh: boolean;
  /** ms left until SSH answers, until it powers itself off, until it crashes; null: not. */
  bootLeftMs: number;
  powersOffLeftMs: number | null;
  crashesLeftMs: number | null;
}

interface Run {
  readonly record: RunRecord;
  readonly guest: Guest;
  /** The config it was started with: a later definition shows only at the next start. */
  readonly config: DomainConfig;
  readonly use: SimUse;
  isPaused: boolean;
  isStopping: boolean;
  countedAtMs: number;
  cancel: () => void;
}

/** One virtual machine on one host: its definition, its saved memory, its run. */
export class SimDomain {
  readonly #host: SimHost;
  #config: DomainConfig;
  #run: Run | null = null;
  #saved: Guest | null = null;
  #bootSerial = 0;
  #stoppedBecause: StopReason | null = null;

  constructor(host: SimHost, config: DomainConfig) {
    this.#host = host;
    this.#config = config;
  }

  get config(): DomainConfig {
    return this.#config;
  }

  /** The config of the present run; null when it is off. */
  get runningConfig(): DomainConfig | null {
    return this.#run?.config ?? null;
  }

  get bootSerial(): number {
    return this.#bootSerial;
  }

  get isOn(): boolean {
    return this.#run !== null;
  }

  get hasSavedState(): boolean {
    return this.#saved !== null;
  }

  get answersSsh(): boolean {
    const run = this.#run;
    return run !== null && !run.isPaused && !run.isStopping && run.guest.answersSsh && this.#left(run, run.guest.bootLeftMs) <= 0;
  }

  /** On its way to answering SSH. */
  get isBooting(): boolean {
    const run = this.#run;
    return run !== null && !run.isPaused && run.guest.answersSsh && this.#left(run, run.guest.bootLeftMs) > 0;
  }

  /** What the present run has used; null while it is off. */
  stats(): DomainStats | null {
    const run = this.#run;
    return run === null ? null : run.use.stats(this.#config.instanceId, run.config, this.#host.world.clock.now(), run.isPaused);
  }

  seen(): Domain {
    const run = this.#run;
    return {
      instanceId: this.#config.instanceId,
      state: run === null ? 'stopped' : run.isPaused ? 'paused' : run.isStopping ? 'stopping' : 'running',
      stoppedBecause: run === null ? this.#stoppedBecause : null,
      configHash: domainConfigHash(this.#config),
      bootSerial: this.#bootSerial,
      hasSavedState: this.#saved !== null,
      agentConnected: false,
    };
  }

  define(config: DomainConfig): void {
    this.#config = config;
  }

  start(bootSerial: number): void {
    if (this.#run !== null) return;
    const { world } = this.#host;
    const resumed = this.#saved !== null;
    const guest = this.#saved ?? this.#newGuest();
    this.#saved = null;
    this.#bootSerial = bootSerial;
    this.#stoppedBecause = null;
    const now = world.clock.now();
    const record = world.beginRun({
      instanceId: this.#config.instanceId,
      host: this.#host.name,
      bootSerial,
      startedAtMs: now,
      resumed,
      endedAtMs: null,
      end: null,
    });
    this.#run = {
      record,
      guest,
      config: this.#config,
      use: new SimUse(now),
      isPaused: false,
      isStopping: false,
      countedAtMs: now,
      cancel: () => undefined,
    };
    this.#tell(resumed ? `goes on from its saved memory (boot ${bootSerial})` : `powers on (boot ${bootSerial})`);
    this.#host.write(this.#config.instanceId, resumed ? '[resumed]' : `[boot ${bootSerial}] kernel starts`);
    this.#await(this.#run);
    this.#host.changed(this.#config.instanceId);
  }

  pressPowerButton(): void {
    const run = this.#run;
    if (run === null || run.isPaused || run.isStopping) return;
    const { clock, chance, pace } = this.#host.world;
    // While it boots, nobody listens to the button.
    if (run.guest.ignoresPowerButton || this.#left(run, run.guest.bootLeftMs) > 0) return;
    this.#count(run);
    run.cancel();
    run.isStopping = true;
    run.cancel = clock.after(between(chance, ...pace.shutdown), () => this.#end('shutdown', 'shutdown'));
    this.#host.changed(this.#config.instanceId);
  }

  cutPower(): void {
    this.#end('destroyed', 'destroyed');
  }

  pause(): void {
    const run = this.#run;
    if (run === null || run.isPaused) return;
    this.#count(run);
    run.cancel();
    run.isPaused = true;
    run.isStopping = false;
    this.#tell('is paused');
    this.#host.changed(this.#config.instanceId);
  }

  resume(): void {
    const run = this.#run;
    if (run === null || !run.isPaused) return;
    run.isPaused = false;
    run.countedAtMs = this.#host.world.clock.now();
    this.#await(run);
    this.#tell('is resumed');
    this.#host.changed(this.#config.instanceId);
  }

  saveState(): void {
    const run = this.#run;
    if (run === null) return;
    this.#count(run);
    this.#saved = run.guest;
    this.#end('saved', 'saved');
  }

  dropSavedState(): void {
    this.#saved = null;
  }

  /** The guest powers itself off, or its process dies, out of the blue. */
  endByItself(how: 'shutdown' | 'crashed'): void {
    this.#end(how, how);
  }

  /** The guest has no more plans of its own. */
  calmDown(): void {
    const run = this.#run;
    for (const guest of [run?.guest, this.#saved]) {
      if (guest) guest.powersOffLeftMs = guest.crashesLeftMs = null;
    }
    if (run !== null && !run.isStopping) run.cancel();
  }

  /** Memory is gone; the hypervisor's own knowledge of why it stopped too. */
  loseMachine(): void {
    this.#end('power-cut', 'unknown');
  }

  #newGuest(): Guest {
    const { chance, faults, pace } = this.#host.world;
    const { ignoresPowerButton, powersItselfOff, crashes, answersNever } = faults;
    // Drawn only where it can matter, so that a calm world is a cheap one.
    return {
      ignoresPowerButton: ignoresPowerButton > 0 && chance() < ignoresPowerButton,
      answersSsh: !(answersNever > 0 && chance() < answersNever),
      bootLeftMs: between(chance, ...pace.boot),
      powersOffLeftMs: powersItselfOff > 0 && chance() < powersItselfOff ? between(chance, 100, 120_000) : null,
      crashesLeftMs: crashes > 0 && chance() < crashes ? between(chance, 100, 120_000) : null,
    };
  }

  #left(run: Run, ms: number): number {
    return run.isPaused ? ms : ms - (this.#host.world.clock.now() - run.countedAtMs);
  }

  /** Brings what is left of its waits up to now. */
  #count(run: Run): void {
    const now = this.#host.world.clock.now();
    if (!run.isPaused) {
      const passedMs = now - run.countedAtMs;
      const { guest } = run;
      guest.bootLeftMs -= passedMs;
      if (guest.powersOffLeftMs !== null) guest.powersOffLeftMs -= passedMs;
      if (guest.crashesLeftMs !== null) guest.crashesLeftMs -= passedMs;
    }
    run.countedAtMs = now;
  }

  #await(run: Run): void {
    const { clock } = this.#host.world;
    const { guest } = run;
    const [powersOffIn, crashesIn] = [guest.powersOffLeftMs ?? Infinity, guest.crashesLeftMs ?? Infinity];
    const nextMs = Math.min(powersOffIn, crashesIn);
    if (nextMs === Infinity) return;
    run.cancel = clock.after(Math.max(0, nextMs), () => this.endByItself(crashesIn <= powersOffIn ? 'crashed' : 'shutdown'));
  }

  #end(end: RunEnd, because: StopReason): void {
    const run = this.#run;
    if (run === null) return;
    run.cancel();
    run.record.end = end;
    run.record.endedAtMs = this.#host.world.clock.now();
    this.#run = null;
    this.#stoppedBecause = because;
    this.#tell(`is off (${end})`);
    this.#host.write(this.#config.instanceId, `[${end}]`);
    this.#host.changed(this.#config.instanceId);
  }

  #tell(what: string): void {
    this.#host.world.tell(`${this.#config.instanceName} on ${this.#host.name} ${what}`);
  }
}
