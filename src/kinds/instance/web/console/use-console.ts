import { useCallback, useEffect, useRef, useState } from 'react';
import { ask, CloudProblem, type Problem } from '../../../../web/cloud/client.ts';
import type { Live } from '../../../../web/cloud/contract.ts';
import type { Instance } from '../../instance.ts';
import { consoleStates } from '../../instance.state.ts';

export type ConsoleStream = 'serial' | 'vnc';

export type ConsoleLine =
  | { readonly is: 'connecting' }
  | { readonly is: 'open' }
  /** `problem`: what the cloud said; null: the line was cut. It is tried again by itself. */
  | { readonly is: 'closed'; readonly problem: Problem | null };

const retryMsFirst = 500;
const retryMsMax = 5_000;

/**
 * A line to one console, taken up again whenever it is cut and there is a machine at the other end. Each try takes a
 * new ticket: it is good once. `attach` gets every new socket, and returns what is to be done when that one is over.
 */
export function useConsole(instance: Live<Instance>, stream: ConsoleStream, attach: (socket: WebSocket) => () => void) {
  const [line, setLine] = useState<ConsoleLine>({ is: 'connecting' });
  const [round, setRound] = useState(0);
  const tries = useRef(0);
  const latestAttach = useRef(attach);
  latestAttach.current = attach;
  const hasMachine = consoleStates.includes(instance.state);
  useEffect(() => {
    if (!hasMachine) {
      setLine({ is: 'closed', problem: null });
      return undefined;
    }
    const over = new AbortController();
    let again: ReturnType<typeof setTimeout> | undefined;
    setLine({ is: 'connecting' });
    const closed = (problem: Problem | null) => {
      if (over.signal.aborted) return;
      setLine({ is: 'closed', problem });
      again = setTimeout(() => setRound((before) => before + 1), Math.min(retryMsMax, retryMsFirst * 2 ** tries.current++));
    };
    const open = async () => {
      try {
        const { path } = await ask<{ path: string }>('POST', `/v1/instances/${instance.id}/console-tickets`, {
          body: { stream },
          signal: over.signal,
        });
        if (over.signal.aborted) return;
        const socket = new WebSocket(new URL(path, location.href));
        socket.binaryType = 'arraybuffer';
        let detach = () => {};
        /** At once and once: a dead line takes seconds to close, and the next one is attached by then. */
        const end = () => {
          detach();
          detach = () => {};
        };
        socket.addEventListener('open', () => {
          tries.current = 0;
          if (!over.signal.aborted) setLine({ is: 'open' });
        });
        socket.addEventListener('close', () => {
          end();
          closed(null);
        });
        detach = latestAttach.current(socket);
        over.signal.addEventListener('abort', () => {
          end();
          socket.close();
        });
      } catch (error) {
        if (error instanceof CloudProblem) closed(error.problem);
        else if (!over.signal.aborted) throw error;
      }
    };
    void open();
    return () => {
      over.abort();
      clearTimeout(again);
    };
  }, [instance.id, stream, hasMachine, round]);
  const reconnect = useCallback(() => {
    tries.current = 0;
    setRound((before) => before + 1);
  }, []);
  return { line, hasMachine, reconnect };
}
