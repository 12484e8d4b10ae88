import type { EventSpec } from '../../src/core/event.ts';
import type { PlayOptions } from './play.ts';

/** Tells a life line by line: what was done to the cloud, what the world did, what the control plane recorded. */
export function transcript(print: (line: string) => void): PlayOptions {
  let startMs: number | null = null;
  const at = (nowMs: number): string => {
    startMs ??= nowMs;
    const passed = (nowMs - startMs) / 1000;
    return `${String(Math.floor(passed / 60)).padStart(3)}:${(passed % 60).toFixed(3).padStart(6, '0')}`;
  };
  return {
    tell: (line, nowMs) => print(`${at(nowMs)}  ${line}`),
    onError: (what, error, nowMs) => print(`${at(nowMs)}      ${what}: ${error instanceof Error ? error.message : String(error)}`),
    // What the control plane says of it, in the moment when it is written down.
    onEvent: (event: EventSpec, nowMs) => print(`${at(nowMs)}    · ${event.message}${event.reason === null ? '' : ` (${event.reason})`}`),
  };
}
