import { afterEach, describe } from 'vitest';
import { describeDocuments } from './conformance-documents.ts';
import { describeLists } from './conformance-lists.ts';
import { describeModel } from './conformance-model.ts';
import { describeWatch } from './conformance-watch.ts';
import type { Store } from './store.ts';

/** Gives a new, empty store, which is closed after the test. */
export type NewStore = () => Promise<Store>;

/** What every implementation of {@link Store} must pass, whatever engine is behind it. */
export function storeConformance(name: string, makeStore: () => Store | Promise<Store>): void {
  describe(name, () => {
    const made: Store[] = [];
    const newStore = async (): Promise<Store> => {
      const store = await makeStore();
      made.push(store);
      return store;
    };
    afterEach(async () => {
      for (const store of made.splice(0)) await store.close();
    });
    describeDocuments(newStore);
    describeLists(newStore);
    describeWatch(newStore);
    describeModel(newStore);
  });
}
