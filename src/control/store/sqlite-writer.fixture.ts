import { writeSync } from 'node:fs';
import { put, thing } from './conformance-fixture.ts';
import { SqliteStore } from './sqlite-store.ts';

// Commits pairs of documents for ever and says each revision once it is acknowledged; the test kills it.
const store = new SqliteStore(process.argv[2] ?? '');
for (let next = (await store.revision()) + 1; ; next++) {
  const names = [`a-${next}`, `b-${next}`];
  const revision = await store.commit(names.map((id) => put(thing(id), 0, { keys: [`name/${id}`], indexes: { pair: `${next}` } })));
  writeSync(1, `${revision}\n`);
}
