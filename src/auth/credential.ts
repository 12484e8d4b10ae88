import type { Store } from '../control/store/store.ts';
import { agentCertificateEndMs, agentCertificateKind, type AgentCertificate } from './agent-certificate.ts';
import { linkKind } from './link.ts';
import { sessionEndMs, sessionKind, type Session } from './session.ts';
import { tokenEndMs, tokenKind, type Token } from './token.ts';

/** When a session, token or host's certificate ends by itself as things are, ms since 1970; a session that is used ends later. null: it is over already. */
export async function credentialEndMs(store: Store, id: string): Promise<number | null> {
  const session = (await store.get(sessionKind, id)) as Session | null;
  if (session !== null) return sessionEndMs(session);
  const token = (await store.get(tokenKind, id)) as Token | null;
  if (token !== null) return tokenEndMs(token);
  // Somebody who comes with certificates is known by the link; the connection ends with them.
  if ((await store.get(linkKind, id)) !== null) return Infinity;
  const certificate = (await store.get(agentCertificateKind, id)) as AgentCertificate | null;
  return certificate === null ? null : agentCertificateEndMs(certificate);
}
