import type { Locator } from 'playwright-core';

/** What of a canvas we use; this file is checked without the browser's own types. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d', options: { willReadFrequently: boolean }): { getImageData(...area: number[]): { data: Uint8ClampedArray } } | null;
}

/** What is to be seen on a canvas: which colours, and which share of it is not dark. */
export function seenOn(canvas: Locator): Promise<{ colours: string[]; litShare: number }> {
  return canvas.evaluate((element) => {
    const on = element as unknown as Canvas;
    const { width, height } = on;
    const data = on.getContext('2d', { willReadFrequently: true })?.getImageData(0, 0, width, height).data ?? [];
    const colours = new Set<string>();
    let lit = 0;
    for (let at = 0; at < data.length; at += 4) {
      const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
      if (red + green + blue > 200) lit++;
      if (colours.size < 100) colours.add(`${red},${green},${blue}`);
    }
    return { colours: [...colours].toSorted(), litShare: data.length === 0 ? 0 : lit / (data.length / 4) };
  });
}
