import { Center, Loader } from '@mantine/core';
import { lazy, Suspense, type ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { untilFetched } from './until-fetched.ts';

const fetches: (() => Promise<unknown>)[] = [];

/** A part of a page that is fetched when it is first shown: the first load stays small. */
export function later<Module, Name extends keyof Module>(fetch: () => Promise<Module>, name: Name): Module[Name] {
  fetches.push(fetch);
  const Fetched = lazy(async () => ({ default: (await untilFetched(fetch))[name] as ComponentType<object> }));
  return function Later(props: object) {
    const { t } = useTranslation();
    return (
      <Suspense
        fallback={
          <Center mih={120}>
            <Loader role="status" aria-label={t('loading')} />
          </Center>
        }
      >
        <Fetched {...props} />
      </Suspense>
    );
  } as Module[Name];
}

/** All of it, one after the other, whole pages first: shown later, it is there, whether the cloud answers then or not. */
export async function fetchAllLater(): Promise<void> {
  for (const fetch of fetches.toReversed()) await fetch();
}
