// One line a step: its name, what came of it, how long it took. On a terminal the line is rewritten.

/** @param {{ write(text: string): unknown, isTTY?: boolean }} out */
export function progress(out) {
  const live = (text) => out.write(out.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  return {
    say: (text) => out.write(`${text}\n`),
    begin: (title, detail) => live(`  … ${title}: ${detail}`),
    end: (title, detail, elapsedMs) => out.write(`${out.isTTY ? '\r\x1b[K' : ''}  ✓ ${title}: ${detail}  ${seconds(elapsedMs)}\n`),
    fail: (title, elapsedMs) => out.write(`${out.isTTY ? '\r\x1b[K' : ''}  ✗ ${title}  ${seconds(elapsedMs)}\n`),
  };
}

function seconds(ms) {
  return ms < 10 ? '' : `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`;
}
