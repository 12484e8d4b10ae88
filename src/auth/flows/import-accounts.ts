import { admit, tryOut, type Caller } from '../../control/admission.ts';
import { nameKey } from '../../control/registry.ts';
import { CloudError } from '../../core/errors.ts';
import { userNamePattern } from '../../kinds/user/user.ts';
import { keptForm, parseLoginPswd, type ImportedAccount } from '../login-pswd.ts';
import type { FlowDeps } from './flow.ts';
import { makeAccount } from './new-account.ts';

/** Each is hashed here, at about 0.2 s. */
const plainMax = 100;
/** Of StratusLab's roles the one that let people in. */
const accessRole = 'cloud-access';

export interface ImportReport {
  readonly users: readonly { readonly line: number; readonly name: string; /** null: it was only tried. */ readonly id: string | null }[];
  /** Lines that were not taken over, in order. */
  readonly problems: readonly { readonly line: number; readonly problem: string }[];
}

/** Takes over the accounts of StratusLab's `login-pswd.properties`. Who is there already stays as they are: the same file may be sent again. */
export async function importAccounts(deps: FlowDeps, caller: Caller, text: string, isTrial: boolean): Promise<ImportReport> {
  const { accounts, problems: unread } = parseLoginPswd(Buffer.from(text));
  const users: { line: number; name: string; id: string | null }[] = [];
  const problems = [...unread];
  let plain = 0;
  for (const account of accounts) {
    const { line, user: name, password } = account;
    const problem = (await problemOf(deps, account)) ?? (password.algorithm === 'plain' && ++plain > plainMax ? tooMany : null);
    if (problem === null) {
      const id = await importOne(deps, caller, account, isTrial).catch((error: unknown) => {
        if (!(error instanceof CloudError) || error.code !== 'NAME_TAKEN') throw error;
        return undefined;
      });
      if (id === undefined) problems.push({ line, problem: `${name} has an account already` });
      else users.push({ line, name, id });
    } else problems.push({ line, problem });
  }
  return { users, problems: problems.toSorted((a, b) => a.line - b.line) };
}

const tooMany = `there are more than ${plainMax} passwords that are not hashed: send the file again for the rest`;

async function problemOf({ cloud }: FlowDeps, { user: name, roles }: ImportedAccount): Promise<string | null> {
  if (!new RegExp(userNamePattern).test(name)) return `${name} cannot be a log-in name here: lower-case letters, digits, dots, hyphens, underscores`;
  if (!roles.includes(accessRole)) return `${name} has not the role ${accessRole}, without which nobody was let in`;
  return (await cloud.store.getByKey('user', nameKey(null, name))) === null ? null : `${name} has an account already`;
}

async function importOne(deps: FlowDeps, caller: Caller, account: ImportedAccount, isTrial: boolean): Promise<string | null> {
  const password = isTrial ? ({ algorithm: 'md5', hex: '' } as const) : await keptForm(account);
  const person = { name: account.user, displayName: '', email: null, language: 'en', acceptedConditions: 0, password } as const;
  if (isTrial) return tryOut(deps.cloud, caller, async (admission) => void (await makeAccount(deps, admission, person))).then(() => null);
  const { result } = await admit(deps.cloud, caller, async (admission) => {
    admission.tell({ from: 'login-pswd.properties' });
    return makeAccount(deps, admission, person);
  });
  return result.id;
}
