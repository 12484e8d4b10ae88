import { AndFilter, EqualityFilter, OrFilter, PresenceFilter, type Filter } from 'ldapts';
import { groupMemberAttributes, type LdapMethod } from '../../core/ldap-method.ts';

// Filters are objects whose values go over the wire with their length before them: there is nothing to break out of.

export function everyUser(method: LdapMethod): Filter {
  return new AndFilter({
    filters: [
      new EqualityFilter({ attribute: 'objectClass', value: method.userObjectClass }),
      new PresenceFilter({ attribute: method.userAttribute }),
    ],
  });
}

export function userNamed(method: LdapMethod, userName: string): Filter {
  return userWith(method, method.userAttribute, userName);
}

export function userWith(method: LdapMethod, attribute: string, value: string): Filter {
  return new AndFilter({
    filters: [new EqualityFilter({ attribute: 'objectClass', value: method.userObjectClass }), new EqualityFilter({ attribute, value })],
  });
}

export function everyGroup(method: LdapMethod): Filter {
  return new OrFilter({ filters: method.groupObjectClasses.map((value) => new EqualityFilter({ attribute: 'objectClass', value })) });
}

/** Groups name their members by DN, those of Unix by user name. */
export function groupsOf(method: LdapMethod, userDn: string, userName: string): Filter {
  const filters = method.groupObjectClasses.map((objectClass) => {
    const attribute = groupMemberAttributes[objectClass];
    const value = objectClass === 'posixGroup' ? userName : userDn;
    return new AndFilter({
      filters: [new EqualityFilter({ attribute: 'objectClass', value: objectClass }), new EqualityFilter({ attribute, value })],
    });
  });
  return new OrFilter({ filters });
}
