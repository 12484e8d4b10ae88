import type { OidcMethod } from '../../core/oidc-method.ts';
import { hasControlCharacters } from '../../core/schema.ts';
import type { OpenIdAnswer, Refusal } from '../../ports/identity.ts';

export type Claims = Readonly<Record<string, unknown>>;

const groupsMax = 1_000;
const groupLengthMax = 500;

/** @param idToken claims whose signature is checked; @param userInfo of the same subject, told over the provider's own TLS */
export function identityOf(method: OidcMethod, issuer: string, idToken: Claims, userInfo: Claims): OpenIdAnswer {
  const subject = text(idToken['sub'], 255);
  if (subject === null) return notUsable('it names no subject');
  const either = (claim: string): unknown => claimAt(idToken, claim) ?? claimAt(userInfo, claim);
  const groups = groupsOf(either(method.claims.groups));
  if (typeof groups === 'string') return notUsable(groups);
  if (method.requiredGroup !== null && !groups.includes(method.requiredGroup)) {
    return { type: 'refused', code: 'not-in-required-group', reason: `Only members of ${method.requiredGroup} may use this cloud.` };
  }
  return {
    type: 'found',
    identity: {
      method: method.name,
      type: 'oidc',
      subject: `${issuer}#${subject}`,
      userName: text(either(method.claims.userName), 255),
      displayName: text(either(method.claims.displayName), 255),
      email: verifiedEmail(idToken) ?? verifiedEmail(userInfo),
      groups,
    },
  };
}

/** The address and the word that it is verified must come together. */
function verifiedEmail(claims: Claims): string | null {
  const email = text(claims['email'], 254);
  return claims['email_verified'] === true && email !== null && /^[^\s@]+@[^\s@]+$/.test(email) ? email : null;
}

/** The claim of this very name, or the one that its dots lead to. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split('.').reduce<unknown>((at, step) => (isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined), claims);
}

/** A list, or one alone; a sentence where it is neither or too much: who loses groups in silence may lose a prohibition. */
function groupsOf(claim: unknown): string[] | string {
  if (claim === undefined || claim === null) return [];
  const values: unknown[] = Array.isArray(claim) ? claim : [claim];
  if (values.length > groupsMax) return `it names more than ${groupsMax} groups`;
  const groups = values.flatMap((each) => text(each, groupLengthMax) ?? []);
  return groups.length === values.length ? [...new Set(groups)] : 'its groups are not a list of names';
}

function text(value: unknown, lengthMax: number): string | null {
  const isText = typeof value === 'string' && value.trim() !== '' && value.length <= lengthMax;
  return isText && value.isWellFormed() && !hasControlCharacters(value) ? value : null;
}

function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notUsable(why: string): Refusal {
  return { type: 'refused', code: 'not-usable', reason: `What the provider sent cannot be used: ${why}.` };
}
