declare module '@novnc/novnc' {
  /** What we use of noVNC 1.7 (docs/API.md of the package). */
  export default class RFB extends EventTarget {
    constructor(target: HTMLElement, urlOrChannel: WebSocket | string, options?: { shared?: boolean });
    scaleViewport: boolean;
    background: string;
    focusOnClick: boolean;
    viewOnly: boolean;
    focus(): void;
    disconnect(): void;
    sendCtrlAltDel(): void;
    /** Pressed and released where `down` is absent. */
    sendKey(keysym: number, code: string | null, down?: boolean): void;
    addEventListener(type: 'clipboard', listener: (event: CustomEvent<{ text: string }>) => void): void;
    addEventListener(type: 'connect' | 'disconnect', listener: (event: CustomEvent) => void): void;
  }
}
