import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ask, type CloudProblem } from './client.ts';
import { LiveWatch } from './live-watch.ts';

interface Stream {
  readonly url: string;
  say(line: object): void;
  end(): void;
  isCancelled: boolean;
}

let streams: Stream[];
let stop: () => void;

/** Every request becomes a stream that the test speaks on. */
beforeEach(() => {
  streams = [];
  vi.useFakeTimers();
  vi.stubGlobal('fetch', async (url: string) => {
    let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
    const stream: Stream = {
      url,
      isCancelled: false,
      say: (line) => controller?.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\n`)),
      end: () => controller?.close(),
    };
    streams.push(stream);
    const body = new ReadableStream<Uint8Array>({ start: (own) => void (controller = own), cancel: () => void (stream.isCancelled = true) });
    return new Response(body);
  });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The stream that was opened last; time goes by until then. */
async function latest(count: number): Promise<Stream> {
  for (let tries = 0; streams.length < count && tries < 100; tries++) await vi.advanceTimersByTimeAsync(100);
  await vi.advanceTimersByTimeAsync(0);
  return streams[count - 1] as Stream;
}

const told = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(100));

function watching(): { watch: LiveWatch; startedOver: () => number; hasTried: () => boolean } {
  const watch = new LiveWatch();
  let [count, isTried] = [0, false];
  watch.onStartOver(() => count++);
  void watch.hasTried.then(() => (isTried = true));
  watch.start();
  stop = () => watch.stop();
  return { watch, startedOver: () => count, hasTried: () => isTried };
}

test('a stream that was cut goes on from its last bookmark, and nothing has to be read again', async () => {
  const { startedOver, hasTried } = watching();
  const first = await latest(1);
  expect(hasTried()).toBe(false);
  first.say({ type: 'bookmark', revision: 7 });
  first.say({ type: 'bookmark', revision: 9 });
  await told();
  expect(hasTried()).toBe(true);
  first.end();
  const second = await latest(2);
  expect(second.url).toBe('/v1/watch?from=9');
  second.say({ type: 'bookmark', revision: 12 });
  await told();
  expect(startedOver()).toBe(0);
});

test('a stream that comes back too late begins anew, and what was read before is read again then', async () => {
  const { startedOver } = watching();
  (await latest(1)).say({ type: 'bookmark', revision: 7 });
  await told();
  streams[0]?.say({ type: 'error', code: 'WATCH_TOO_OLD' });
  const second = await latest(2);
  expect([second.url, startedOver()]).toEqual(['/v1/watch', 0]);
  // What is not read any more is given back to the browser.
  expect(streams[0]?.isCancelled).toBe(true);
  second.say({ type: 'bookmark', revision: 900 });
  await told();
  expect(startedOver()).toBe(1);
});

test('who may see something else from now on is told so, and what was read before is read again', async () => {
  const { watch, startedOver } = watching();
  let told = 0;
  watch.onRightsChanged(() => told++);
  (await latest(1)).say({ type: 'bookmark', revision: 7 });
  streams[0]?.say({ type: 'error', code: 'RIGHTS_CHANGED' });
  (await latest(2)).say({ type: 'bookmark', revision: 9 });
  for (let tries = 0; startedOver() === 0 && tries < 10; tries++) await vi.advanceTimersByTimeAsync(100);
  expect([streams[1]?.url, told, startedOver()]).toEqual(['/v1/watch', 1, 1]);
});

test('what was read while the stream could not be had is read again when it begins', async () => {
  const { startedOver, hasTried } = watching();
  (await latest(1)).end();
  const second = await latest(2);
  expect(hasTried()).toBe(true);
  second.say({ type: 'bookmark', revision: 3 });
  await told();
  expect(startedOver()).toBe(1);
});

test('what is stopped can be started again', async () => {
  const { watch } = watching();
  watch.stop();
  watch.start();
  const changes: string[] = [];
  watch.onChanges((all) => changes.push(...all.map(({ id }) => id)));
  const stream = await latest(2);
  stream.say({ type: 'bookmark', revision: 1 });
  stream.say({ type: 'put', revision: 2, kind: 'instance', id: 'i-1', resource: {} });
  await told();
  expect(changes).toEqual(['i-1']);
});

test('an answer that breaks off is an answer that did not come', async () => {
  stop = () => undefined;
  vi.stubGlobal('fetch', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError('network error')) });
    return new Response(body, { headers: { 'content-type': 'application/json' } });
  });
  const problem = await ask('GET', '/v1/session').catch((error: CloudProblem) => error.problem);
  expect(problem).toMatchObject({ status: 0, code: 'UNREACHABLE' });
});
