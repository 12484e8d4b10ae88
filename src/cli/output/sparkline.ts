const blocks = '▁▂▃▄▅▆▇█';

/** Values as a line of blocks, the mean of neighbours where there are more of them than columns; a gap is a space. */
export function sparkline(values: readonly (number | null)[], columns: number, most: number): string {
  const width = Math.min(columns, values.length);
  return Array.from({ length: width }, (_, column) => {
    const own = values.slice(Math.floor((column * values.length) / width), Math.floor(((column + 1) * values.length) / width));
    const known = own.filter((value) => value !== null);
    if (known.length === 0) return ' ';
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    return blocks[Math.min(blocks.length - 1, Math.max(0, Math.floor((mean / (most || 1)) * blocks.length)))] ?? ' ';
  }).join('');
}
