import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { agentCertificateRecord } from '../auth/agent-certificate.ts';
import { createJoinToken, findJoinToken, isJoinTokenOver, listJoinTokens, revokeJoinToken, type JoinToken } from '../auth/join-token.ts';
import { CloudError } from '../core/errors.ts';
import type { Resource } from '../core/resource.ts';
import { Name, Nullable, Timestamp } from '../core/schema.ts';
import { minutes } from '../core/units.ts';
import type { Admission } from '../control/admission.ts';
import { CertificateRequestRefused, type HostAuthority, type IssuedCertificate } from '../ports/certificates.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';
import { strict } from './strict.ts';

const NewJoinToken = Type.Object({
  host: Type.Optional({
    ...Name,
    description: 'Name of the host that may join, also if it was one before; any new one where absent.',
  } as typeof Name),
  lifetimeMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 7 * 24 * 60, description: 'How long it is good; an hour where absent.' })),
});
const Shown = Type.Object({ id: Type.String(), host: Nullable(Type.String()), createdAt: Timestamp, expiresAt: Timestamp });
const Created = Type.Object({
  ...Shown.properties,
  secret: Type.String({ description: 'Shown this once.' }),
  url: Nullable(Type.String({ description: 'Where the machine finds this cloud; null: it listens on its own machine alone.' })),
  fingerprint: Nullable(Type.String({ description: 'Of its certificate; null where an authority vouches for it.' })),
});

const CertificateRequest = Type.String({ maxLength: 8_192, description: 'PKCS #10 in PEM, of an ECDSA key on P-256.' });
const Enrolment = Type.Object({ token: Type.String({ minLength: 1, maxLength: 200 }), name: Name, request: CertificateRequest });
const Renewal = Type.Object({ request: CertificateRequest });
const Certified = Type.Object({
  hostId: Type.String(),
  name: Type.String(),
  certificate: Type.String({ description: 'PEM.' }),
  authority: Type.String({ description: "Certificate of the cloud's authority for hosts, PEM." }),
  expiresAt: Timestamp,
});

/** How a machine becomes a host: a token once, from then on a certificate that it renews itself. */
export function hostJoinRoutes(app: FastifyInstance, { cloud, auth, hostAuthority, entrance }: ApiContext): void {
  const { store, clock } = auth;
  const tags = ['join-token'];
  const shown = ({ id, createdAt, spec: { host, expiresAt } }: JoinToken) => ({ id, host, createdAt, expiresAt });
  const authority = (): HostAuthority => {
    if (hostAuthority === null)
      throw new CloudError('UNAVAILABLE', {
        what: 'Joining',
        problem: 'this cloud listens on its own machine alone; its administrator changes that with `stratus up --listen`',
      });
    return hostAuthority;
  };
  const certified = ({ certificatePem, expiresAtMs }: IssuedCertificate, { id, name }: { id: string; name: string }) => ({
    hostId: id,
    name,
    certificate: certificatePem,
    authority: authority().certificatePem,
    expiresAt: isoTime(expiresAtMs),
  });

  app.get(
    '/v1/join-tokens',
    {
      config: { access: 'join-token.read' },
      schema: { tags, summary: 'List tokens for hosts that can still be used.', response: { 200: Type.Object({ items: Type.Array(Shown) }) } },
    },
    async () => ({ items: (await listJoinTokens(store, clock)).map(shown) }),
  );

  app.post<{ Body: Static<typeof NewJoinToken> }>(
    '/v1/join-tokens',
    {
      config: { access: 'join-token.create' },
      schema: { tags, summary: 'Make a token with which one machine becomes a host, once.', body: strict(NewJoinToken), response: { 201: Created } },
    },
    async (request, reply) => {
      authority();
      const { host = null, lifetimeMinutes } = request.body;
      const lifetimeMs = lifetimeMinutes === undefined ? undefined : lifetimeMinutes * minutes;
      const { token, secret } = await createJoinToken(store, clock, { owner: identityOf(request).userId, host, lifetimeMs });
      return reply.code(201).send({ ...shown(token), secret, ...(entrance() ?? { url: null, fingerprint: null }) });
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/v1/join-tokens/:id',
    {
      config: { access: 'join-token.delete' },
      schema: {
        tags,
        summary: 'Take a token back.',
        params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
        response: { 204: { type: 'null', description: 'It is worthless.' } },
      },
    },
    async (request, reply) => {
      await revokeJoinToken(store, request.params.id);
      return reply.code(204).send();
    },
  );

  app.post<{ Body: Static<typeof Enrolment> }>(
    '/v1/agent/enrolment',
    {
      config: { access: 'agent.enrol', rate: 'log-in', errors: ['JOIN_TOKEN_INVALID', 'CERTIFICATE_REQUEST_INVALID', 'NAME_TAKEN', 'RATE_LIMITED'] },
      schema: {
        tags: ['agent'],
        summary: 'Join the cloud with a one-time token, which is used up, and get a certificate.',
        security: [],
        body: strict(Enrolment),
        response: { 201: Certified },
      },
    },
    async (request, reply) => {
      const { token: secret, name, request: requestPem } = request.body;
      const issuer = authority();
      let issued: IssuedCertificate | null = null;
      // Before anything is made: a wrong one leaves no trace.
      usable(await findJoinToken(store, secret), name, clock);
      const host = await cloud.joinHost(name, async (admission, joined, isNew) => {
        const token = usable(await findJoinToken(admission, secret), name, clock);
        // Whoever finds a token for new hosts must not become one that is there.
        if (!isNew && token.spec.host === null) throw new CloudError('NAME_TAKEN', { kind: 'host', name });
        issued = await issue(issuer, requestPem, joined, clock);
        admission.remove(token);
        keep(admission, issued, joined);
      });
      if (issued === null) throw new Error('a host joined without a certificate');
      return reply.code(201).send(certified(issued, host));
    },
  );

  app.post<{ Body: Static<typeof Renewal> }>(
    '/v1/agent/certificate',
    {
      config: { access: 'agent.renew-certificate', errors: ['HOST_UNKNOWN', 'HOST_CERTIFICATE_INVALID', 'CERTIFICATE_REQUEST_INVALID'] },
      schema: {
        tags: ['agent'],
        summary: 'A new certificate in exchange for the one in use, which ends when the new one is used.',
        body: strict(Renewal),
        response: { 201: Certified },
      },
    },
    async (request, reply) => {
      const { via, userId, name } = identityOf(request);
      // A token can be copied out of a log; it is not turned into a certificate.
      if (via !== 'certificate') throw new CloudError('FORBIDDEN', { verb: 'renew', what: 'a certificate without showing one' });
      const issued = await issue(authority(), request.body.request, { id: userId, name }, clock);
      await cloud.joinHost(name, async (admission, host) => {
        if (host.id !== userId) throw new CloudError('HOST_UNKNOWN');
        keep(admission, issued, host);
      });
      return reply.code(201).send(certified(issued, { id: userId, name }));
    },
  );

  function keep(admission: Admission, issued: IssuedCertificate, host: Pick<Resource, 'id' | 'name'>): void {
    const { record, indexed } = agentCertificateRecord(clock, issued, host);
    admission.putRecord(record, indexed);
  }
}

function usable(token: JoinToken | null, name: string, clock: Clock): JoinToken {
  const refused = (problem: string) => new CloudError('JOIN_TOKEN_INVALID', { problem, host: name });
  if (token === null) throw refused('it was used already, or never given out');
  if (isJoinTokenOver(token, clock)) throw refused(`it expired at ${token.spec.expiresAt}`);
  if (token.spec.host !== null && token.spec.host !== name) throw refused(`it is for another host than ${name}`);
  return token;
}

async function issue(authority: HostAuthority, requestPem: string, host: Pick<Resource, 'id' | 'name'>, clock: Clock): Promise<IssuedCertificate> {
  try {
    return await authority.issue(requestPem, host, clock.now());
  } catch (error) {
    if (error instanceof CertificateRequestRefused) throw new CloudError('CERTIFICATE_REQUEST_INVALID', { problem: error.message });
    throw error;
  }
}
