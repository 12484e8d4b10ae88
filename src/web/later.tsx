import { lazy, Suspense, type ComponentType } from 'react';

const loads: (() => Promise<unknown>)[] = [];

/**
 * A component whose code comes when it is first shown: for what a kind brings beyond its columns (tabs, forms), so that
 * the first page does not wait for it. `later(() => import('./web/log-tab.tsx'), 'LogTab')`
 */
export function later<Name extends string, Props extends object>(
  load: () => Promise<{ readonly [N in Name]: ComponentType<Props> }>,
  name: Name,
): ComponentType<Props> {
  loads.push(load);
  // React's own type for props of a component that is not there yet is narrower than what is true.
  const Lazy = lazy(async () => ({ default: (await load())[name] })) as unknown as ComponentType<Props>;
  return function Later(props: Props) {
    return (
      <Suspense>
        <Lazy {...props} />
      </Suspense>
    );
  };
}

/** All of it, one after the other: shown later, it is there, whether the cloud answers then or not. */
export async function fetchAllLater(): Promise<void> {
  for (const load of loads) await load();
}
