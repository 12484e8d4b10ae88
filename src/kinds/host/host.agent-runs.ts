/** Reports of earlier runs that are remembered as over, per host. */
const oversKept = 8;

/** Which run of each host's agent speaks now: a report of an earlier one that comes late would tell old news as new. */
export class AgentRuns {
  readonly #runs = new Map<string, { now: string; readonly over: string[] }>();

  hear(hostId: string, incarnation: string): 'new' | 'known' | 'over' {
    const runs = this.#runs.get(hostId);
    if (runs === undefined) {
      this.#runs.set(hostId, { now: incarnation, over: [] });
      return 'new';
    }
    if (runs.now === incarnation) return 'known';
    if (runs.over.includes(incarnation)) return 'over';
    runs.over.push(runs.now);
    if (runs.over.length > oversKept) runs.over.shift();
    runs.now = incarnation;
    return 'new';
  }
}
