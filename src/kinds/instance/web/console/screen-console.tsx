import RFB from '@novnc/novnc';
import { Button } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Live } from '../../../../web/cloud/contract.ts';
import type { Instance } from '../../instance.ts';
import { ConsoleFrame } from './console-frame.tsx';
import classes from './console.module.css';
import { keysymOf } from './keysym.ts';
import { useConsole } from './use-console.ts';

export function ScreenConsole({ instance }: { instance: Live<Instance> }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const screen = useRef<RFB | null>(null);
  const copied = useRef('');
  const { line, hasMachine, reconnect } = useConsole(instance, 'vnc', (socket) => {
    const rfb = new RFB(place.current as HTMLDivElement, socket, { shared: true });
    rfb.scaleViewport = true;
    rfb.background = '#101418';
    rfb.focusOnClick = true;
    rfb.addEventListener('clipboard', (event) => (copied.current = event.detail.text));
    rfb.addEventListener('connect', () => rfb.focus());
    screen.current = rfb;
    return () => {
      screen.current = null;
      place.current?.replaceChildren();
    };
  });
  return (
    <ConsoleFrame
      instance={instance}
      line={line}
      hasMachine={hasMachine}
      reconnect={reconnect}
      focus={() => screen.current?.focus()}
      copy={() => copied.current}
      paste={(text) => {
        // Guests in text mode have no clipboard: what is pasted is typed.
        for (const character of text) {
          const keysym = keysymOf(character);
          if (keysym !== null) screen.current?.sendKey(keysym, null);
        }
      }}
      buttons={
        <Button size="compact-sm" variant="default" onClick={() => screen.current?.sendCtrlAltDel()}>
          {t('instance:consoles.ctrlAltDel')}
        </Button>
      }
    >
      <div ref={place} className={classes['screen']} data-console="vnc" />
    </ConsoleFrame>
  );
}
