import type { HostReport } from '../../ports/control-link.ts';

/** Reports of earlier runs that are remembered as over, per host. */
const oversKept = 8;

/** What says which of two reports is the newer one. */
type Place = Pick<HostReport, 'incarnation' | 'sequence'>;

/** Which report of each host's agent is its newest: an earlier one that comes late would tell old news as new. */
export class AgentRuns {
  readonly #runs = new Map<string, { now: Place; readonly over: string[] }>();

  hear(hostId: string, report: Place): 'new' | 'known' | 'over' {
    const runs = this.#runs.get(hostId);
    if (runs === undefined) {
      this.#runs.set(hostId, { now: report, over: [] });
      return 'new';
    }
    if (runs.now.incarnation === report.incarnation) {
      if ((report.sequence ?? Infinity) < (runs.now.sequence ?? 0)) return 'over';
      runs.now = report;
      return 'known';
    }
    if (runs.over.includes(report.incarnation)) return 'over';
    runs.over.push(runs.now.incarnation);
    if (runs.over.length > oversKept) runs.over.shift();
    runs.now = report;
    return 'new';
  }

  /** No later one has been heard meanwhile. */
  isNewest(hostId: string, { incarnation, sequence }: Place): boolean {
    const now = this.#runs.get(hostId)?.now;
    return now?.incarnation === incarnation && now.sequence === sequence;
  }
}
