/** The dark modules of a QR code as one path of an SVG, each a square of 1: a stroke of neighbours is one rectangle. */
export function qrPath(modules: readonly (readonly boolean[])[]): string {
  const strokes: string[] = [];
  for (const [y, row] of modules.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue;
      const from = x;
      while (row[x + 1] === true) x++;
      const width = x + 1 - from;
      strokes.push(`M${from} ${y}h${width}v1h-${width}z`);
    }
  }
  return strokes.join('');
}
