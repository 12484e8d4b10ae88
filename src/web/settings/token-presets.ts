import { matrix } from '../../auth/matrix.ts';

const rows = Object.entries(matrix).flatMap(([subject, verbs]) =>
  Object.entries(verbs)
    .filter(([, least]) => least !== 'agent' && least !== 'anyone')
    .map(([verb, least]) => ({ subject, verb, least })),
);
const isReading = (verb: string) => verb === 'read' || verb.startsWith('read-');

/** Whatever there is to look at, and to be told of changes. */
const reading = [
  ...new Set(rows.filter(({ verb, subject }) => isReading(verb) && subject !== 'token').map(({ verb }) => `*.${verb}`)),
  'api.watch',
].toSorted();

/** And what operators do beside that: starting, stopping, consoles. */
const operating = rows.filter(({ verb, least }) => least === 'operator' && !isReading(verb)).map(({ subject, verb }) => `${subject}.${verb}`);

/** What a token may do, for people: patterns as the API takes them; null: everything. They follow from the table of who may do what. */
export const tokenPresets: Readonly<Record<'all' | 'operate' | 'read', readonly string[] | null>> = {
  all: null,
  operate: [...reading, ...operating],
  read: reading,
};
export type TokenPreset = keyof typeof tokenPresets;

/** Which preset these are; null: none of them. */
export function presetOf(verbs: readonly string[] | null): TokenPreset | null {
  const said = (each: readonly string[] | null) => JSON.stringify(each?.toSorted() ?? null);
  return (Object.keys(tokenPresets) as TokenPreset[]).find((name) => said(tokenPresets[name]) === said(verbs)) ?? null;
}
