import { Option, type Command } from 'commander';
import { checkedUrl } from '../cloud.ts';
import type { Endpoint } from '../client.ts';
import { completes, optionCompletes } from '../completion-sources.ts';
import { readConfig, type Config } from '../config-file.ts';
import { CommandError } from '../exit-codes.ts';
import type { Run } from '../kind-cli.ts';
import { briefly, openByPassword, type BriefSession } from '../login/brief-session.ts';
import { openByCertificate } from '../login/client-certificate.ts';
import { tokenByDevice } from '../login/device.ts';
import { keepToken, plainly, tokenFrom } from '../login/keep.ts';
import { doWhatIsAsked } from '../login/pending.ts';
import { cloudOptions, outputOptions } from '../options.ts';
import { printData } from '../output/print.ts';
import { printable } from '../output/printable.ts';
import { Questions } from '../questions.ts';
import { fingerprintToPin } from '../trust.ts';
import type { World } from '../world.ts';

interface LoginOptions {
  readonly name?: string;
  readonly user?: string;
  readonly device?: true;
  readonly password?: true;
  readonly token?: true;
  readonly certificate?: string;
  readonly key?: string;
  readonly fingerprint?: string;
}

/** `stratus login URL`: however it is proven, what stays is a token of this machine's own. */
export function addLogin(program: Command, _run: Run, world: World): void {
  const command = completes(
    program
      .command('login [url]')
      .summary('log in to a cloud')
      .description(
        'Logs in to a cloud and keeps an API token of its own, never a password. In a terminal it shows an address to open in a browser, where you log in as you always do and say yes. Without an address, logs in anew to the cloud that is meant.',
      ),
    { words: [] },
  ).allowExcessArguments(true);
  const ways = ['device', 'password', 'token', 'certificate'];
  const way = (flags: string, says: string, own: string) => command.addOption(new Option(flags, says).conflicts(ways.filter((each) => each !== own)));
  way('--device', 'by a page in a browser (default in a terminal)', 'device');
  way('--password', 'by name and password, which are asked for; elsewhere than in a terminal, a line of stdin for each question', 'password');
  way('--token', 'by an API token, from STRATUS_TOKEN or else stdin', 'token');
  const certificate = new Option('--certificate <file>', 'by a certificate or grid proxy, PEM').conflicts(ways.slice(0, 3));
  const key = new Option('--key <file>', 'its private key (default: in the same file)');
  command.addOption(optionCompletes(certificate, 'file')).addOption(optionCompletes(key, 'file'));
  command
    .option('-u, --user <name>', 'who you are there, with --password')
    .option('--name <name>', 'what to call this cloud (default: its host name)')
    .option('--fingerprint <sha256>', "of the cloud's certificate, as its machine shows it; where no authority vouches for it")
    .addHelpText('after', examples);
  command.action(async (_address: string | undefined, options: LoginOptions) => {
    // `--token -` is how other programs say stdin, and what it is here anyway.
    const [address, ...more] = options.token === true ? command.args.filter((word) => word !== '-') : command.args;
    if (more.length > 0)
      throw new CommandError(
        'usage',
        options.token === true
          ? 'A token in the command line can be read by everybody on this machine.'
          : `${more.length + 1} addresses are too many.`,
        options.token === true ? 'Give it on stdin, or as STRATUS_TOKEN.' : null,
      );
    await logIn(world, await placeOf(world, address, options.name), options);
  });
}

const examples = `
Examples:
  stratus login https://cloud.example.org
  stratus login https://cloud.example.org --password --user ana
  stratus login https://cloud.example.org --token < token.txt
  stratus login https://cloud.example.org --certificate /tmp/x509up_u1000
`;

interface Place {
  readonly name: string;
  readonly url: string;
}

async function logIn(world: World, { name, url }: Place, options: LoginOptions): Promise<void> {
  const isByDevice = options.device === true || (options.password !== true && options.token !== true && options.certificate === undefined);
  if (isByDevice && options.device !== true && world.stdin.isTTY !== true)
    throw new CommandError(
      'usage',
      'There is no terminal here to log in by.',
      'Programs log in with --token (STRATUS_TOKEN or stdin), or with --password and a line of stdin for each question; --device waits for somebody with a browser.',
    );
  warnOfPlainHttp(world, url);
  const questions = new Questions(world);
  try {
    const before = (await readConfig(world.env)).contexts[name];
    const known = before?.url === url ? before.fingerprint : undefined;
    const door: Endpoint = { url, token: null, fingerprint: await fingerprintToPin(world, questions, url, { given: options.fingerprint, known }) };
    // Ctrl-C is the terminal's from here on: nothing more is asked there.
    if (isByDevice) questions.close();
    await keepToken(world, name, door, isByDevice ? await tokenByDevice(world, door) : await tokenBy(world, questions, door, options));
  } catch (error) {
    plainly(error);
  } finally {
    questions.close();
  }
}

async function tokenBy(world: World, questions: Questions, door: Endpoint, { token, certificate, key, user }: LoginOptions): Promise<string> {
  if (token === true) return world.env['STRATUS_TOKEN'] || (await questions.ask('Token: ', true)).trim();
  const session: BriefSession =
    certificate === undefined
      ? (await openByPassword(world, questions, door, user)).session
      : await openByCertificate(world, questions, door, { certificate, key });
  return briefly(session, async () => {
    await doWhatIsAsked(world, questions, session);
    return tokenFrom(session, world);
  });
}

/** The address that was given; else that of the context of this name; else of the current one. */
async function placeOf({ env }: World, address: string | undefined, given: string | undefined): Promise<Place> {
  if (address !== undefined) {
    const url = checkedUrl(address);
    return { url, name: checkedName(given ?? contextName(url)) };
  }
  const config: Config = await readConfig(env);
  const name = given ?? (env['STRATUS_CONTEXT'] || config.current);
  const context = name === null ? undefined : config.contexts[name];
  if (name === null || context === undefined)
    throw new CommandError(
      'usage',
      name === null ? 'To which cloud?' : `There is no context ${name}, and no address was given.`,
      'Give its address: stratus login https://cloud.example.org',
    );
  return { url: checkedUrl(context.url), name };
}

/** A name that no context can have would be lost at once: `local` is this machine's own. */
function checkedName(name: string): string {
  if (name !== 'local' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) return name;
  throw new CommandError(
    'usage',
    `${name === '' ? 'A cloud' : name} cannot be called so.`,
    'Say what to call this cloud: --name lab. Letters, digits, dots, hyphens and underscores; not `local`.',
  );
}

function warnOfPlainHttp(world: World, url: string): void {
  if (!url.startsWith('http:')) return;
  const { hostname: host } = new URL(url);
  if (!/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host))
    world.stderr.write(`Beware: ${url} is not encrypted; whoever listens learns what you prove yourself with.\n`);
}

function contextName(url: string): string {
  if (url.startsWith('unix:')) return '';
  const { hostname: host, port } = new URL(url);
  return `${host.replaceAll(/[^A-Za-z0-9.-]/g, '')}${port === '' ? '' : `-${port}`}`;
}

interface WhoAmI {
  readonly user: { readonly name: string; readonly role: string };
  readonly via: string;
  readonly projects?: readonly { readonly name: string; readonly role: string }[];
  readonly groups?: readonly { readonly name: string }[];
}

export function addWhoami(program: Command, run: Run): void {
  const command = program.command('whoami').summary('who you are there').description('Shows who you are to the cloud, and which cloud that is.');
  outputOptions(cloudOptions(command)).action(
    run(async (session) => {
      const { user, via, projects = [], groups = [] }: WhoAmI = await session.client.request('GET', '/v1/session');
      if (session.format === 'name') return session.print(`${printable(user.name)}\n`);
      if (!session.isForPeople)
        return printData(session, { user, via, projects, groups, context: session.cloud.name, url: session.cloud.endpoint.url });
      await session.print(`${printable(user.name)} (${user.role}), by ${via}, at ${session.cloud.endpoint.url}\n`);
      if (projects.length > 0) await session.print(`Projects: ${projects.map(({ name, role }) => `${printable(name)} (${role})`).join(', ')}\n`);
      if (groups.length > 0) await session.print(`Groups: ${groups.map(({ name }) => printable(name)).join(', ')}\n`);
    }),
  );
}
