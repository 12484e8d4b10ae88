import { comparableNameOf } from '../../core/distinguished-name.ts';
import type { LdapMethod } from '../../core/ldap-method.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MethodFinding } from '../../ports/identity.ts';
import { everyGroup, everyUser } from './filters.ts';
import { LdapSession } from './session.ts';

/** Below what directories allow in one answer (500 by default in OpenLDAP, 1,000 in Active Directory). */
const countMax = 200;

/** What is wrong with a configuration, in the order in which a log-in meets it. */
export async function checkDirectory(method: LdapMethod, clock: Clock, signal: AbortSignal): Promise<MethodFinding[]> {
  const findings: MethodFinding[] = [];
  const right = (says: string): number => findings.push({ isRight: true, says });
  const wrong = (says: string): number => findings.push({ isRight: false, says });
  try {
    for (const [field, dn] of Object.entries({
      bindDn: method.bindDn,
      userBase: method.userBase,
      groupBase: method.groupBase,
      requiredGroup: method.requiredGroup,
    })) {
      if (dn !== null && comparableNameOf(dn) === null) wrong(`${field} is no DN: ${dn}`);
    }
    if (findings.length > 0) return findings;
    const isEncrypted = method.url.startsWith('ldaps:') || method.startTls;
    await LdapSession.with(method, clock, signal, async (session) => {
      right(`The directory answers${isEncrypted ? ', encrypted' : ''}${method.bindDn === null ? '' : ` and lets ${method.bindDn} search`}.`);
      if (!isEncrypted && !/^ldap:\/\/(127\.|localhost|\[::1\])/.test(method.url)) wrong('Passwords travel unencrypted: use ldaps:// or StartTLS.');
      const users = await session.search(`counting people below ${method.userBase}`, method.userBase, {
        filter: everyUser(method),
        scope: 'sub',
        attributes: ['1.1'],
        sizeLimit: countMax,
      });
      if (users.length === 0)
        wrong(`No ${method.userObjectClass} with ${method.userAttribute} is visible below ${method.userBase}: nobody can log in.`);
      else right(`${count(users.length, 'person', 'people')} below ${method.userBase}.`);
      const base = method.groupBase ?? method.requiredGroup;
      if (base !== null) await checkGroups(session, method, base, right, wrong);
    });
  } catch (error) {
    wrong((error as Error).message);
  }
  return findings;
}

async function checkGroups(
  session: LdapSession,
  method: LdapMethod,
  base: string,
  right: (says: string) => number,
  wrong: (says: string) => number,
): Promise<void> {
  const search = { filter: everyGroup(method), scope: 'sub', attributes: ['1.1'], sizeLimit: countMax } as const;
  const groups = await session.search(`counting groups below ${base}`, base, search);
  if (groups.length === 0) wrong(`No group is visible below ${base}.`);
  else right(`${count(groups.length, 'group', 'groups')} below ${base}.`);
  const required = method.requiredGroup;
  if (required === null) return;
  const entries = await session.search(`looking for the required group ${required}`, required, { ...search, scope: 'base' });
  if (entries.length === 0) wrong(`${required} is no group of these sorts: ${method.groupObjectClasses.join(', ')}.`);
  else if (!isBelow(required, base)) wrong(`The required group ${required} is not below ${base}, where groups are looked for: nobody can log in.`);
  else right(`Members of ${required} may use the cloud.`);
}

function isBelow(dn: string, base: string): boolean {
  const [name, above] = [comparableNameOf(dn) ?? '', comparableNameOf(base) ?? ''];
  return name === above || name.endsWith(`,${above}`);
}

function count(n: number, one: string, many: string): string {
  return `${n === countMax ? 'At least ' : ''}${n} ${n === 1 ? one : many}`;
}
