import { importsOf, isTest, type SourceFile } from './source-files.ts';

/** What files of a room may import, besides their own room. Packages by name; `node:` for the runtime. */
interface Room {
  readonly name: string;
  readonly files: RegExp;
  readonly ours: readonly RegExp[];
  readonly packages: RegExp;
}

const model = /^src\/kinds\/([^/]+)\/\1(\.plan|\.state)?\.ts$/;
const anyPackage = /./;

/** What a kind brings to the page. */
const pageOfKind = /^src\/kinds\/[^/]+\/([^/]+\.(web|words)\.tsx?$|web\/)/;
/** What is checked in the browser by the very same rules as in the cloud: no runtime at all. */
const onBothSides = /^src\/kinds\/instance\/contextualization\/(base64|check-plain|multipart|multipart-parse|user-data-kind)\.ts$/;
/** What may be offered on the page is decided by the very table that the API decides by. */
const whoMayWhat = /^src\/auth\/(matrix|member-role)\.ts$/;
/** There is no runtime but the browser. */
const inBrowser = /^(?!node:|fastify|@fastify|commander|pino|ws$|vite)/;

/** What every driver may use: the clock and the processes of this machine lie directly under drivers/. */
const sharedByDrivers = /^src\/drivers\/[^/]+\.ts$/;

/** First match wins. The arrows of the house: bin → faces and engine wiring → kinds → engine → ports → core. */
const rooms: readonly Room[] = [
  { name: 'core', files: /^src\/core\//, ours: [], packages: /^typebox/ },
  { name: 'ports', files: /^src\/ports\//, ours: [/^src\/core\//], packages: /^node:(stream|crypto)$/ },
  { name: 'one driver', files: /^src\/drivers\//, ours: [/^src\/(core|ports)\//, sharedByDrivers], packages: anyPackage },
  { name: 'the engine', files: /^src\/control\//, ours: [/^src\/(core|ports)\//], packages: anyPackage },
  { name: 'the agent', files: /^src\/agent\//, ours: [/^src\/(core|ports|control)\//], packages: anyPackage },
  { name: 'how the page is built', files: /^src\/web\/(build\/|vite\.config\.ts$)/, ours: [], packages: anyPackage },
  {
    name: 'the page',
    files: /^src\/web\//,
    ours: [/^src\/core\//, /^src\/kinds\/(index|web)\.ts$/, model, pageOfKind, whoMayWhat],
    packages: inBrowser,
  },
  { name: 'the list of pages', files: /^src\/kinds\/web\.ts$/, ours: [/^src\/(core|web)\//, pageOfKind], packages: inBrowser },
  { name: "a kind's page", files: pageOfKind, ours: [/^src\/(core|web)\//, /^src\/kinds\/index\.ts$/, model, onBothSides], packages: inBrowser },
  { name: 'what is checked on both sides', files: onBothSides, ours: [/^src\/core\//, model], packages: /^yaml$/ },
  { name: "a kind's commands", files: /^src\/kinds\/[^/]+\/[^/]+\.cli\.ts$/, ours: [/^src\/(core|cli|local)\//, model], packages: anyPackage },
  {
    name: "a kind's edges",
    files: /^src\/kinds\/.*\.(api|agent|controller|domain|user-data|usage|presence|addresses|find|seed)\.ts$/,
    ours: [/^src\/(core|ports|control|agent|kinds)\//],
    packages: anyPackage,
  },
  { name: 'the list of kinds', files: /^src\/kinds\/[^/]+\.ts$/, ours: [/^src\/(core|ports|control|agent|kinds)\//], packages: anyPackage },
  { name: "a kind's model and plan", files: model, ours: [/^src\/core\//], packages: /^typebox$/ },
  { name: "a kind's parsers", files: /^src\/kinds\//, ours: [/^src\/(core|ports)\//, model, onBothSides], packages: /^(node:(crypto|zlib)|yaml)$/ },
  { name: 'auth', files: /^src\/auth\//, ours: [/^src\/(core|ports|control)\//, model], packages: anyPackage },
  { name: 'audit', files: /^src\/audit\//, ours: [/^src\/(core|ports|control)\//], packages: /^node:crypto$/ },
  { name: 'api', files: /^src\/api\//, ours: [/^src\/(core|ports|control|kinds|auth|audit)\//], packages: anyPackage },
  {
    name: 'cli',
    files: /^src\/cli\//,
    ours: [
      /^src\/(core|local)\//,
      /^src\/kinds\/[^/]+\.cli\.ts$/,
      /^src\/kinds\/(index|cli)\.ts$/,
      model,
      /^src\/kinds\/[^/]+\/[^/]+\.cli\.ts$/,
      /^src\/version\.ts$/,
      // What the cloud verifies is verified by the very same code without it.
      /^src\/audit\/(verifier|chain)\.ts$/,
      // Not the driver of a port: how TLS is spoken to a cloud, by clients as by agents.
      /^src\/drivers\/tls-agent\.ts$/,
    ],
    packages: anyPackage,
  },
  { name: 'local', files: /^src\/local\//, ours: [/^src\/core\//, /^src\/cli\/client\.ts$/, sharedByDrivers, model], packages: anyPackage },
  { name: 'doctor', files: /^src\/doctor\//, ours: [/^src\/core\//], packages: anyPackage },
  { name: 'bin', files: /^bin\//, ours: [/./], packages: anyPackage },
];

/** A line for each import that goes against an arrow; none: the house stands. */
export function brokenArrows(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => !isTest(file.path))
    .flatMap((file) => {
      const room = rooms.find((each) => each.files.test(file.path));
      if (room === undefined) return file.path === 'src/version.ts' ? [] : [`${file.path} is in no room of the house`];
      return importsOf(file).flatMap(({ target, isOurs }) => {
        const allowed = isOurs ? isSameRoom(room, file.path, target) || room.ours.some((each) => each.test(target)) : room.packages.test(target);
        return allowed ? [] : [`${file.path} (${room.name}) must not import ${target}`];
      });
    });
}

function isSameRoom(room: Room, from: string, target: string): boolean {
  if (room.name !== 'one driver') return rooms.find((each) => each.files.test(target)) === room;
  // Drivers know nothing of each other: the same folder, or the same file directly under drivers/.
  const folder = (path: string) => path.split('/')[2];
  return folder(from) === folder(target);
}

/** Files that import each other in a circle, types left aside; each as the path around. */
export function importCycles(files: readonly SourceFile[]): string[] {
  const graph = new Map(
    files.map((file) => [file.path, importsOf(file).flatMap(({ target, isOurs, isTypeOnly }) => (isOurs && !isTypeOnly ? [target] : []))]),
  );
  const finished = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      cycles.push([...trail.slice(at), path].join(' → '));
      return;
    }
    if (finished.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    finished.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return cycles;
}
