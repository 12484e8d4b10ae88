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

test('a stream that was cut goes on from its last bookmark, and nothing has to be read again', async () => {
  const watch = new LiveWatch();
  const begun: number[] = [];
  watch.onBegin((revision) => begun.push(revision));
  stop = watch.start();
  const first = await latest(1);
  first.say({ type: 'bookmark', revision: 7 });
  first.say({ type: 'bookmark', revision: 9 });
  await told();
  expect([begun, watch.toldFrom]).toEqual([[7], 7]);
  first.end();
  const second = await latest(2);
  expect(second.url).toBe('/v1/watch?from=9');
  second.say({ type: 'bookmark', revision: 12 });
  await told();
  expect([begun, watch.toldFrom]).toEqual([[7], 7]);
});

test('a stream that comes back too late begins anew, and says from when on', async () => {
  const watch = new LiveWatch();
  const begun: number[] = [];
  watch.onBegin((revision) => begun.push(revision));
  stop = watch.start();
  (await latest(1)).say({ type: 'bookmark', revision: 7 });
  await told();
  streams[0]?.say({ type: 'error', code: 'WATCH_TOO_OLD' });
  const second = await latest(2);
  expect([second.url, watch.toldFrom]).toEqual(['/v1/watch', null]);
  // What is not read any more is given back to the browser.
  expect(streams[0]?.isCancelled).toBe(true);
  second.say({ type: 'bookmark', revision: 900 });
  await told();
  expect(begun).toEqual([7, 900]);
});

test('what is stopped can be started again', async () => {
  const watch = new LiveWatch();
  watch.start()();
  stop = watch.start();
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
