import { useEffect, useState } from 'react';
import { ask } from '../cloud/client.ts';

export interface SignInMethod {
  readonly type: 'local' | 'ldap' | 'oidc' | 'x509';
  readonly name: string;
  /** For people. */
  readonly label: string;
}

export interface Conditions {
  readonly version: number;
  readonly text: { readonly en: string; readonly fr: string | null };
}

/** How people log in to this cloud, and what it asks of them. */
export interface SignIn {
  readonly site: { readonly name: string; readonly supportMail: string | null };
  readonly methods: readonly SignInMethod[];
  readonly registration: { readonly open: boolean };
  readonly conditions: Conditions | null;
}

/** Where that cannot be read, a name and a password may do. */
const plain: SignIn = {
  site: { name: '', supportMail: null },
  methods: [{ type: 'local', name: 'local', label: 'local' }],
  registration: { open: false },
  conditions: null,
};

/** Read each time that somebody stands at the door; null: not yet. */
export function useSignIn(): SignIn | null {
  const [signIn, setSignIn] = useState<SignIn | null>(null);
  useEffect(() => {
    let isWanted = true;
    void ask<SignIn>('GET', '/v1/sign-in').then(
      (found) => isWanted && setSignIn(found),
      () => isWanted && setSignIn(plain),
    );
    return () => void (isWanted = false);
  }, []);
  return signIn;
}

/** What the page calls the cloud: by itself it has a name that says nothing. */
export function siteName(signIn: SignIn): string {
  return isNew(signIn) ? 'StratusLab' : signIn.site.name;
}

/** Nobody has given it a name yet. */
export function isNew({ site }: SignIn): boolean {
  return site.name === '' || site.name === 'stratus';
}

export function takesPassword({ methods }: SignIn): boolean {
  return methods.some(({ type }) => type === 'local' || type === 'ldap');
}
