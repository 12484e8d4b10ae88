import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { KiB } from '../../../../core/units.ts';
import { ask } from '../../../../web/cloud/client.ts';
import type { Live } from '../../../../web/cloud/contract.ts';
import type { Instance } from '../../instance.ts';
import { ConsoleFrame } from './console-frame.tsx';
import classes from './console.module.css';
import { useConsole } from './use-console.ts';

/** So much of the log stands above what comes: a console that was just opened is not an empty black field. */
const shownBytes = 16 * KiB;

export function SerialConsole({ instance }: { instance: Live<Instance> }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const terminal = useRef<Terminal | null>(null);
  const send = useRef<(text: string) => void>(() => undefined);

  useEffect(() => {
    const term = new Terminal({
      cursorBlink: true,
      scrollback: 10_000,
      fontFamily: 'ui-monospace, "Cascadia Mono", "Liberation Mono", "DejaVu Sans Mono", monospace',
      fontSize: 14,
      // Closer, the next row covers the underscores of many fonts.
      lineHeight: 1.15,
      screenReaderMode: true,
      theme: { background: '#101418', foreground: '#dfe4ea' },
      // What a guest writes is text: a link that it makes leads nowhere.
      linkHandler: { activate: () => undefined },
    });
    const fit = new FitAddon();
    term.loadAddon(fit);
    term.open(place.current as HTMLDivElement);
    terminal.current = term;
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(place.current as HTMLDivElement);
    // A terminal answers what a guest asks it, the place of its cursor say. What the log asks was asked long ago: an
    // answer now would be typed into whatever waits for input.
    let isOfThePast = false;
    term.onData((text) => isOfThePast || send.current(text));
    term.focus();
    void ask<string>('GET', `/v1/instances/${instance.id}/log`, { query: { offset: -shownBytes, maxBytes: shownBytes } }).then(
      (log) => {
        // In the terminal's own order: behind what is still to be written, before what comes.
        term.write('', () => (isOfThePast = true));
        term.write(log.replaceAll(/\r?\n/g, '\r\n'), () => (isOfThePast = false));
      },
      () => undefined,
    );
    return () => {
      observer.disconnect();
      term.dispose();
      terminal.current = null;
    };
  }, [instance.id]);

  const { line, hasMachine, reconnect } = useConsole(instance, 'serial', (socket) => {
    const bytes = new TextEncoder();
    send.current = (text) => socket.readyState === WebSocket.OPEN && socket.send(bytes.encode(text));
    const show = ({ data }: MessageEvent) => terminal.current?.write(new Uint8Array(data as ArrayBuffer));
    socket.addEventListener('message', show);
    return () => {
      socket.removeEventListener('message', show);
      send.current = () => undefined;
    };
  });

  return (
    <ConsoleFrame
      instance={instance}
      line={line}
      hasMachine={hasMachine}
      reconnect={reconnect}
      focus={() => terminal.current?.focus()}
      copy={() => terminal.current?.getSelection() ?? ''}
      paste={(text) => terminal.current?.paste(text)}
      buttons={
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            const { rows = 24, cols = 80 } = terminal.current ?? {};
            send.current(`stty rows ${rows} cols ${cols}\r`);
            terminal.current?.focus();
          }}
        >
          {t('instance:consoles.tellSize')}
        </Button>
      }
    >
      <div ref={place} className={classes['terminal']} data-console="serial" />
    </ConsoleFrame>
  );
}
