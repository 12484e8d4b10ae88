import { styleText } from 'node:util';

type Format = 'green' | 'yellow' | 'red' | 'dim' | 'bold' | 'cyan';

/** Colours, where they are wanted at all. */
export interface Style {
  readonly isOn: boolean;
  paint(format: Format, text: string): string;
  /** By what a state means to its reader. */
  state(state: string, text?: string): string;
}

export function makeStyle(isOn: boolean): Style {
  const paint = (format: Format, text: string) => (isOn && text !== '' ? styleText(format, text, { validateStream: false }) : text);
  return { isOn, paint, state: (state, text = state) => paint(stateFormat(state), text) };
}

function stateFormat(state: string): Format {
  if (/^(running|available|online|active|ready)$/.test(state)) return 'green';
  if (/^(failed|lost|unknown|broken)$/.test(state)) return 'red';
  if (/^(stopped|suspended|paused|cordoned|recorded)$/.test(state)) return 'dim';
  return 'yellow';
}
