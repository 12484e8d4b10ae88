import { useEffect, useRef, useState } from 'react';
import type { Live } from '../../../../web/cloud/contract.ts';
import type { Instance } from '../../instance.ts';
import { reachedAtMs, stepsOf, type StepName } from './steps.ts';

/** When each step of a machine was done, ms since 1970 by the cloud's clock: as it says, else when its record first showed it. */
export function useReached(instance: Live<Instance>): Readonly<Partial<Record<StepName, number>>> {
  const reached = useRef<Partial<Record<StepName, number>>>({});
  for (const { name, is } of stepsOf(instance)) {
    if (is !== 'done') continue;
    const told = reachedAtMs(instance, name);
    if (told !== null) reached.current[name] = told;
    else reached.current[name] ??= Date.parse(instance.updatedAt);
  }
  return reached.current;
}

/** Seconds since this was first shown; stands still once `isOver`. */
export function useSeconds(isOver: boolean): number {
  const [sinceMs] = useState(() => Date.now());
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (isOver) return undefined;
    const timer = setInterval(() => setSeconds(Math.round((Date.now() - sinceMs) / 1_000)), 1_000);
    return () => clearInterval(timer);
  }, [isOver, sinceMs]);
  return seconds;
}
