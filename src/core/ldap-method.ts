import { Type, type Static } from 'typebox';
import { Name, Nullable, OneOf } from './schema.ts';

/** Object class of a group, and in which attribute it names its members: by DN, or (posixGroup) by user name. */
export const groupMemberAttributes = {
  groupOfUniqueNames: 'uniqueMember',
  groupOfNames: 'member',
  /** Active Directory. */
  group: 'member',
  posixGroup: 'memberUid',
} as const;
export type GroupObjectClass = keyof typeof groupMemberAttributes;

const AttributeName = (byDefault: string, description: string) =>
  Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]{0,63}$', default: byDefault, description });
const DnText = (description: string) => Type.String({ minLength: 3, maxLength: 1_000, description });

/** A directory that is asked who somebody is. One of `settings.methods`. */
export const LdapMethod = Type.Object(
  {
    type: Type.Literal('ldap'),
    name: Name,
    url: Type.String({
      pattern: '^ldaps?://[A-Za-z0-9.:\\[\\]-]{1,253}/?$',
      description: 'Where the directory is, e.g. `ldap://directory.example.org` or `ldaps://directory.example.org:636`.',
    }),
    startTls: Type.Boolean({ default: false, description: 'Encrypt before anything else is said, on an `ldap://` address.' }),
    caCertificate: Nullable(
      Type.String({
        maxLength: 262_144,
        description: 'PEM, one or more certificates: who vouches for the directory. Null: the authorities that this machine trusts.',
      }),
    ),
    bindDn: Nullable(DnText('The account with which the cloud searches. Null: it searches without a name.')),
    bindPassword: Nullable(Type.String({ minLength: 1, maxLength: 1_024, writeOnly: true, description: 'Password of that account.' })),
    userBase: DnText('Below which entry people are, e.g. `ou=users,o=cloud`.'),
    userAttribute: AttributeName('uid', 'Which attribute people log in with.'),
    userObjectClass: AttributeName('inetOrgPerson', 'Object class of people.'),
    subjectAttribute: AttributeName('entryUUID', 'Which attribute never changes, even when a person is renamed; `objectGUID` in Active Directory.'),
    mailAttribute: AttributeName('mail', 'Where the mail address is.'),
    displayNameAttribute: AttributeName('cn', 'Where the name for people is.'),
    certificateAttribute: Nullable(AttributeName('seeAlso', 'Where the DNs of certificates are with which a person may come. Null: nowhere.')),
    groupBase: Nullable(DnText('Below which entry groups are. Null: no groups are read.')),
    groupObjectClasses: Type.Array(OneOf(Object.keys(groupMemberAttributes) as GroupObjectClass[]), {
      minItems: 1,
      maxItems: 4,
      uniqueItems: true,
      default: ['groupOfUniqueNames', 'groupOfNames', 'posixGroup'],
      description: 'Which sorts of groups count.',
    }),
    requiredGroup: Nullable(DnText('DN of the group of those who may use the cloud. Null: everybody whom the directory lets in.')),
    timeoutMs: Type.Integer({
      minimum: 100,
      maximum: 60_000,
      default: 5_000,
      description: 'How long a log-in waits for the directory, milliseconds.',
    }),
  },
  { additionalProperties: false },
);
export type LdapMethod = Static<typeof LdapMethod>;

/** A directory with people by `uid` and every sort of group, all else as given. */
export function ldapMethod(given: Pick<LdapMethod, 'name' | 'url' | 'userBase'> & Partial<Omit<LdapMethod, 'type'>>): LdapMethod {
  return {
    type: 'ldap',
    startTls: false,
    caCertificate: null,
    bindDn: null,
    bindPassword: null,
    userAttribute: 'uid',
    userObjectClass: 'inetOrgPerson',
    subjectAttribute: 'entryUUID',
    mailAttribute: 'mail',
    displayNameAttribute: 'cn',
    certificateAttribute: 'seeAlso',
    groupBase: null,
    groupObjectClasses: ['groupOfUniqueNames', 'groupOfNames', 'posixGroup'],
    requiredGroup: null,
    timeoutMs: 5_000,
    ...given,
  };
}

/** The tree that StratusLab's registration has kept since 2012: only who is in `cloud-access` may use the cloud. */
export function originalTree(given: Pick<LdapMethod, 'name' | 'url'> & Partial<Omit<LdapMethod, 'type'>>): LdapMethod {
  return ldapMethod({
    userBase: 'ou=users,o=cloud',
    groupBase: 'ou=groups,o=cloud',
    groupObjectClasses: ['groupOfUniqueNames'],
    requiredGroup: 'cn=cloud-access,ou=groups,o=cloud',
    ...given,
  });
}
