import { auditChange, type NewAuditEntry } from '../control/audit-entry.ts';
import { CommitConflict, type Store } from '../control/store/store.ts';
import { userNamePattern } from '../kinds/user/user.ts';
import type { Clock } from '../ports/clock.ts';
import { findAccount, putPassword, putUser } from './account.ts';
import { keptForm, type ImportedAccount } from './login-pswd.ts';

export interface ImportOutcome {
  readonly line: number;
  readonly user: string;
  readonly state: 'created' | 'exists' | 'refused';
  /** What people should know of it; may be empty. */
  readonly says: string;
}

/** Whom the original let use the cloud. */
const accessRole = 'cloud-access';
const namePattern = new RegExp(userNamePattern);

/**
 * Makes users of accounts of older software, each with its password in one commit; whoever is here already stays.
 * Again, after it was cut off, it goes on where it was. A dry run only says what would be done.
 */
export async function importUsers(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  accounts: readonly ImportedAccount[],
  audit: Pick<NewAuditEntry, 'origin' | 'requestId' | 'userId'>,
  isDryRun: boolean,
): Promise<ImportOutcome[]> {
  const outcomes: ImportOutcome[] = [];
  for (const account of accounts) {
    const { line, user: name, roles } = account;
    const tell = (state: ImportOutcome['state'], says: string) => outcomes.push({ line, user: name, state, says });
    if (!namePattern.test(name)) {
      tell('refused', 'a log-in name has lower-case letters, digits, dots, hyphens and underscores, and begins with a letter');
      continue;
    }
    if ((await findAccount(store, name)) !== null) {
      tell('exists', 'is here already, and stays as it is');
      continue;
    }
    const isBlocked = !roles.includes(accessRole);
    const says = isBlocked ? `is blocked: it has no role ${accessRole} there` : '';
    if (isDryRun) {
      tell('created', says);
      continue;
    }
    const { user, change } = putUser(clock, name, { isBlocked }, audit.userId ?? 'system');
    const entry = auditChange(clock, {
      ...audit,
      action: 'user.create',
      subjects: [{ kind: 'user', id: user.id, name, project: null }],
      details: { import: 'login-pswd' },
    });
    try {
      await store.commit([change, putPassword(clock, user.id, await keptForm(account), null), entry]);
      tell('created', says);
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error;
      tell('exists', 'was made by somebody else at the same moment');
    }
  }
  return outcomes;
}
