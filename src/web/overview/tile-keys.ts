/**
 * Where an arrow key leads: to the next square, or to the nearest one in the row above or below, and to the first one
 * from the map itself (`from` null); null: it is no key of ours.
 */
export function tileAfterKey(key: string, map: HTMLElement, from: HTMLElement | null): HTMLElement | null {
  const tiles = [...map.querySelectorAll<HTMLElement>('[data-tile]')];
  if (from === null) return /^(Arrow(Down|Right)|Home)$/.test(key) ? (tiles[0] ?? null) : null;
  const index = tiles.indexOf(from);
  switch (key) {
    case 'ArrowRight':
      return tiles[index + 1] ?? null;
    case 'ArrowLeft':
      return tiles[index - 1] ?? null;
    case 'Home':
      return tiles[0] ?? null;
    case 'End':
      return tiles.at(-1) ?? null;
    case 'ArrowDown':
    case 'ArrowUp':
      return nearest(tiles, from, key === 'ArrowDown' ? 1 : -1);
    default:
      return null;
  }
}

function nearest(tiles: readonly HTMLElement[], from: HTMLElement, direction: 1 | -1): HTMLElement | null {
  const start = from.getBoundingClientRect();
  let best: HTMLElement | null = null;
  let bestDistance = Infinity;
  for (const tile of tiles) {
    const box = tile.getBoundingClientRect();
    const down = (box.y - start.y) * direction;
    if (down < start.height / 2) continue;
    // What lies straight below is meant, also when something beside is a little nearer.
    const distance = down + Math.abs(box.x - start.x) * 3;
    if (distance < bestDistance) [best, bestDistance] = [tile, distance];
  }
  return best;
}
