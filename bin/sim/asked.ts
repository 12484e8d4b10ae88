import type { Resource } from '../../src/core/resource.ts';
import type { Instance } from '../../src/kinds/instance/instance.ts';

/** What users asked for and were told yes, kept apart from the cloud's own records. */
export class Asked {
  readonly #last = new Map<string, { generation: number; isDeleted: boolean; isUnsure: boolean }>();
  /** Instances that ever had another restart policy than they have now. */
  readonly policies = new Map<string, Set<string>>();
  refused = 0;
  granted = 0;

  /** Sends a request about one instance; an answer that never comes leaves us unsure. */
  async send(id: string | null, request: () => Promise<Resource | null>): Promise<void> {
    const about = id === null ? null : this.#last.get(id);
    const before = about?.isUnsure ?? false;
    if (about) about.isUnsure = true;
    try {
      const answer = await request();
      if (about) about.isUnsure = before;
      this.granted++;
      if (answer !== null) this.#note(answer as Instance);
      else if (about) about.isDeleted = true;
    } catch {
      // A refusal changes nothing.
      this.refused++;
      if (about) about.isUnsure = before;
    }
  }

  #note(answer: Instance): void {
    const known = this.#last.get(answer.id);
    this.#last.set(answer.id, {
      generation: answer.generation,
      isDeleted: answer.deletedAt !== null || (known?.isDeleted ?? false),
      isUnsure: known?.isUnsure ?? false,
    });
    const policies = this.policies.get(answer.id) ?? new Set();
    this.policies.set(answer.id, policies.add(answer.spec.restartPolicy));
  }

  /** What of all that the records do not hold. */
  missing(instances: readonly Instance[]): string[] {
    const byId = new Map(instances.map((instance) => [instance.id, instance]));
    const problems: string[] = [];
    for (const [id, { generation, isDeleted, isUnsure }] of this.#last) {
      const record = byId.get(id);
      if (record === undefined) {
        if (!isDeleted && !isUnsure) problems.push(`instance ${id} was granted and is lost`);
      } else {
        if (isDeleted && record.deletedAt === null) problems.push(`deletion of ${record.name} was granted and is forgotten`);
        if (record.generation < generation) problems.push(`generation ${generation} of ${record.name} was granted and is lost`);
      }
    }
    return problems;
  }
}
