/** What goes wrong, as chances in [0, 1]. */
export interface SimFaults {
  /** A driver call is refused before anything happened; half of them pass soon. */
  readonly refused: number;
  /** A driver call does its work, and the answer is lost. */
  readonly answerLost: number;
  /** A driver call gives no answer until it times out; half of them have done their work. */
  readonly hangs: number;
  /** A guest boots and then does not hear the power button. */
  readonly ignoresPowerButton: number;
  /** A guest powers itself off some time after its start. */
  readonly powersItselfOff: number;
  /** A guest, or the process that runs it, dies some time after its start. */
  readonly crashes: number;
  /** A guest has no SSH server. */
  readonly answersNever: number;
  /** A report does not arrive, and the agent hears so. */
  readonly reportLost: number;
  /** A report arrives, and the agent hears that it did not. */
  readonly reportAnswerLost: number;
  /** A report arrives once more, later. */
  readonly reportRepeated: number;
  /** Something that a host was told is told once more, later, in the state that it had then. */
  readonly toldAgain: number;
}

export const calm: SimFaults = {
  refused: 0,
  answerLost: 0,
  hangs: 0,
  ignoresPowerButton: 0,
  powersItselfOff: 0,
  crashes: 0,
  answersNever: 0,
  reportLost: 0,
  reportAnswerLost: 0,
  reportRepeated: 0,
  toldAgain: 0,
};

export const stormy: SimFaults = {
  refused: 0.08,
  answerLost: 0.06,
  hangs: 0.02,
  ignoresPowerButton: 0.15,
  powersItselfOff: 0.12,
  crashes: 0.12,
  answersNever: 0.02,
  reportLost: 0.1,
  reportAnswerLost: 0.1,
  reportRepeated: 0.1,
  toldAgain: 0.15,
};

/** How long things take, ms, least and most. */
export interface SimPace {
  /** A look. */
  readonly look: readonly [number, number];
  /** A change: a lease, a definition, a disk. */
  readonly change: readonly [number, number];
  readonly powerOn: readonly [number, number];
  readonly saveMemory: readonly [number, number];
  readonly copyImage: readonly [number, number];
  /** From power-on until SSH answers. */
  readonly boot: readonly [number, number];
  readonly shutdown: readonly [number, number];
  /** One way between agent and control plane. */
  readonly line: readonly [number, number];
  /** After this long a driver gives up waiting for an answer. */
  readonly callTimeoutMs: number;
}

export const usualPace: SimPace = {
  look: [0, 0],
  change: [1, 40],
  powerOn: [100, 1_500],
  saveMemory: [200, 4_000],
  copyImage: [500, 20_000],
  boot: [2_000, 9_000],
  shutdown: [500, 6_000],
  line: [0, 30],
  callTimeoutMs: 30_000,
};

/** Nothing takes time: for measuring what the engine itself costs. */
export const instantPace: SimPace = {
  look: [0, 0],
  change: [0, 0],
  powerOn: [0, 0],
  saveMemory: [0, 0],
  copyImage: [0, 0],
  boot: [0, 0],
  shutdown: [0, 0],
  line: [0, 0],
  callTimeoutMs: 30_000,
};
