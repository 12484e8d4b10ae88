import type { TLSSocket } from 'node:tls';
import { CloudError } from '../core/errors.ts';
import type { CertificateVerifier, Directory, MethodFinding, OpenIdProvider } from '../ports/identity.ts';
import type { OutsideMethod } from './settings/schema.ts';
import type { Settings } from './settings/settings.ts';

/** What can be made of the methods in the settings; `bin` says by which drivers. */
export interface MethodDrivers {
  directory(method: OutsideMethod): Directory;
  provider(method: OutsideMethod): OpenIdProvider;
  certificates(method: OutsideMethod): CertificateVerifier;
  /** What the client of a TLS connection presented, DER, leaf first; empty where there is nothing. */
  presented(socket: TLSSocket): Buffer[];
}

export const noDrivers: MethodDrivers = {
  directory: ({ name }) => refuse(name),
  provider: ({ name }) => refuse(name),
  certificates: ({ name }) => refuse(name),
  presented: () => [],
};

function refuse(name: string): never {
  throw new Error(`there is no driver for the method ${name}`);
}

interface Made {
  readonly method: OutsideMethod;
  readonly driver: unknown;
}

/** The ways to log in from outside, as the settings have them now, each with its driver. */
export class Methods {
  readonly #settings: Settings;
  readonly #drivers: MethodDrivers;
  readonly #made = new Map<string, Made>();

  constructor(settings: Settings, drivers: MethodDrivers) {
    this.#settings = settings;
    this.#drivers = drivers;
  }

  /** In the order of the settings. */
  get outside(): readonly OutsideMethod[] {
    return this.#settings.current.methods.filter((method): method is OutsideMethod => method.type !== 'local');
  }

  /** Names of all, in the order in which they are tried. */
  get order(): readonly { readonly type: string; readonly name: string }[] {
    return this.#settings.current.methods;
  }

  get hasLocal(): boolean {
    return this.#settings.current.methods.some(({ type }) => type === 'local');
  }

  get directories(): readonly { readonly method: OutsideMethod; readonly directory: Directory }[] {
    return this.#ofType('ldap').map((method) => ({ method, directory: this.#driver(method, (each) => this.#drivers.directory(each)) }));
  }

  get certificates(): readonly { readonly method: OutsideMethod; readonly verifier: CertificateVerifier }[] {
    return this.#ofType('x509').map((method) => ({ method, verifier: this.#driver(method, (each) => this.#drivers.certificates(each)) }));
  }

  /** Throws NOT_FOUND. */
  provider(name: string): { readonly method: OutsideMethod; readonly provider: OpenIdProvider } {
    const method = this.#ofType('oidc').find((each) => each.name === name);
    if (method === undefined) throw new CloudError('NOT_FOUND', { kind: 'log-in method', ref: name, place: '' });
    return { method, provider: this.#driver(method, (each) => this.#drivers.provider(each)) };
  }

  directory(name: string): { readonly method: OutsideMethod; readonly directory: Directory } {
    const found = this.directories.find(({ method }) => method.name === name);
    if (found === undefined) throw new CloudError('NOT_FOUND', { kind: 'log-in method', ref: name, place: '' });
    return found;
  }

  /** Tries one step by step. Throws NOT_FOUND. */
  async check(name: string): Promise<MethodFinding[]> {
    const directory = this.directories.find(({ method }) => method.name === name);
    if (directory !== undefined) return directory.directory.check();
    const certificates = this.certificates.find(({ method }) => method.name === name);
    if (certificates !== undefined) return certificates.verifier.check();
    return this.provider(name).provider.check();
  }

  close(): void {
    for (const { driver } of this.#made.values()) end(driver);
    this.#made.clear();
  }

  #ofType(type: string): OutsideMethod[] {
    return this.outside.filter((method) => method.type === type);
  }

  /** Kept until the settings say something else of it: a driver may hold what it has learnt. */
  #driver<T>(method: OutsideMethod, make: (method: OutsideMethod) => T): T {
    const key = `${method.type}/${method.name}`;
    const made = this.#made.get(key);
    if (made !== undefined && made.method === method) return made.driver as T;
    if (made !== undefined) end(made.driver);
    const driver = make(method);
    this.#made.set(key, { method, driver });
    return driver;
  }
}

function end(driver: unknown): void {
  (driver as { close?(): void }).close?.();
}
