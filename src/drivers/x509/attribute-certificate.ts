import { voPattern } from '../../core/x509-method.ts';
import { bounds } from './bounds.ts';
import { readCertificate, readExtensions, readSigned, type Certificate, type Extensions, type Signed } from './certificate.ts';
import { context, contextOf, DerReader, insideOf, tags } from './der.ts';
import { integerHex, oidOf, smallInteger, timeOf } from './der-values.ts';
import { readFqan, type Fqan } from './fqan.ts';
import { readName, type Name } from './name.ts';
import { oids } from './oids.ts';
import { malformed, Refusal } from './refusal.ts';

const what = 'the VOMS attribute certificate';

/** Source: RFC 5755, as OGF GFD.182 uses it. */
export interface AttributeCertificate extends Signed {
  /** Whose it is: the issuer and serial number of a certificate, or a subject. */
  readonly holder: { readonly issuer: Name; readonly serial: string } | { readonly subject: Name };
  readonly issuer: Name;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly vo: string;
  /** Host of the VOMS server, as it calls itself: names the LSC file. */
  readonly server: string;
  readonly fqans: readonly Fqan[];
  readonly extensions: Extensions;
  /** The server's own certificate first, when it came along. Trusted for nothing by themselves. */
  readonly serverCertificates: readonly Certificate[];
}

/** The DER of each attribute certificate in the extension of a proxy. Throws Refusal. */
export function splitAttributeCertificates(extension: Buffer): Buffer[] {
  const outer = insideOf(extension, what);
  const list = outer.inside();
  outer.end();
  return list.rest(bounds.attributeCertificatesMax, tags.sequence).map(({ raw }) => raw);
}

/** Throws Refusal. Nothing is verified. */
export function readAttributeCertificate(der: Buffer): AttributeCertificate {
  const { body, ...signed } = readSigned(der, what);
  if (smallInteger(body.next(), what) !== 1) throw malformed(what);
  const holder = readHolder(body.inside());
  // V2Form with a name and nothing else; VOMS writes no other.
  const issuer = directoryName(body.inside(contextOf(0)).inside());
  if (!body.next(tags.sequence).raw.equals(signed.algorithm)) throw malformed(what);
  integerHex(body.next(), what);
  const validity = body.inside();
  const notBeforeMs = timeOf(validity, what);
  const notAfterMs = timeOf(validity, what);
  validity.end();
  const attributes = readFqans(body.inside());
  body.optional(tags.bitString);
  const wrapped = body.optional(tags.sequence);
  body.end();
  const extensions: Extensions = wrapped === null ? new Map() : readExtensions(wrapped.content, what);
  return { ...signed, holder, issuer, notBeforeMs, notAfterMs, ...attributes, extensions, serverCertificates: readServers(extensions) };
}

function readHolder(reader: DerReader): AttributeCertificate['holder'] {
  const certificate = reader.optional(contextOf(0));
  const entity = reader.optional(contextOf(1));
  reader.end();
  if (certificate !== null) {
    const base = new DerReader(certificate.content, what);
    const issuer = directoryName(base.inside());
    const serial = integerHex(base.next(), what);
    base.optional(tags.bitString);
    base.end();
    return { issuer, serial };
  }
  if (entity === null) throw malformed(what);
  return { subject: directoryName(new DerReader(entity.content, what)) };
}

/** GeneralNames with one name, that of a directory. */
function directoryName(names: DerReader): Name {
  const { content } = names.next(contextOf(4));
  names.end();
  return readName(content, what);
}

/** The attributes; only that with the names counts, and it stands once. */
function readFqans(attributes: DerReader): { vo: string; server: string; fqans: Fqan[] } {
  const found = attributes.rest(50, tags.sequence).flatMap(({ content }) => {
    const attribute = new DerReader(content, what);
    if (oidOf(attribute.next(), what) !== oids.vomsFqans) return [];
    const values = attribute.inside(tags.set);
    attribute.end();
    const syntax = values.inside();
    values.end();
    return [syntax];
  });
  const [syntax] = found;
  if (syntax === undefined || found.length > 1) throw malformed(what);
  const authority = syntax.inside(contextOf(0));
  const uri = authority.next(context(6)).content.toString('latin1');
  authority.end();
  const [, vo, server] = new RegExp(`^(${voPattern})://([A-Za-z0-9.-]{1,253}):\\d{1,5}$`).exec(uri) ?? [];
  if (vo === undefined || server === undefined) throw malformed(what);
  const texts = syntax.inside().rest(bounds.fqansMax, tags.octetString);
  syntax.end();
  return { vo, server: server.toLowerCase(), fqans: texts.map(({ content }) => fqanOf(content.toString('latin1'), vo)) };
}

/** A server speaks for its own organisation alone. */
function fqanOf(text: string, vo: string): Fqan {
  const fqan = readFqan(text);
  if (fqan === null) throw new Refusal('bad-attributes', `${what} has a name that is none of VOMS`);
  if (fqan.vo !== vo) throw new Refusal('bad-attributes', `${what} is of ${vo} and speaks for ${fqan.vo}`);
  return fqan;
}

function readServers(extensions: Extensions): Certificate[] {
  const extension = extensions.get(oids.vomsServerCertificates);
  if (extension === undefined) return [];
  const outer = insideOf(extension.value, what);
  const list = outer.inside();
  outer.end();
  return list.rest(bounds.authoritiesInPathMax, tags.sequence).map(({ raw }) => readCertificate(raw));
}
