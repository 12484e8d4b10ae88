import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../cloud/client.ts';

export interface Account {
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly revision: number;
    readonly spec: { readonly displayName: string; readonly email: string | null; readonly role: string; readonly language: 'en' | 'fr' };
  };
  readonly hasPassword: boolean;
  readonly totp: { readonly isConfirmed: boolean; readonly recoveryCodesLeft: number } | null;
  readonly passkeys: readonly PasskeyFact[];
  readonly links: readonly LinkFact[];
  readonly sessions: readonly SessionFact[];
  readonly conditions: { readonly accepted: number; readonly current: number };
}

export interface PasskeyFact {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

export interface LinkFact {
  readonly id: string;
  readonly method: string;
  readonly type: string;
  readonly label: string;
  readonly userName: string | null;
  readonly seenAt: string | null;
}

export interface SessionFact {
  readonly id: string;
  readonly method: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly address?: string | null;
  readonly isThis: boolean;
}

const key = ['account'];

/** The reader's own account. Told by no watch stream: read when one looks, and after each change. */
export function useAccount() {
  const client = useQueryClient();
  const { data, error } = useQuery({ queryKey: key, queryFn: () => ask<Account>('GET', '/v1/account'), staleTime: 0 });
  return { account: data, error, readAnew: () => void client.invalidateQueries({ queryKey: key }) };
}
