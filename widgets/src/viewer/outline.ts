/** The edges of a segment's voxels as closed lines. */

/** x, y, x, y … in voxels from the top left corner of the picture; the last corner joins the first. */
export type Loop = number[];

/** Right, down, left, up. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/**
 * Follows the border of one bit with its voxels at the right hand; holes are loops of their own. Voxels that touch only
 * at a corner are apart.
 */
export function outline(bits: Uint32Array, columns: number, rows: number, bit: number): Loop[] {
  const flag = (1 << bit) >>> 0;
  const inside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < columns && y < rows && ((bits[y * columns + x] ?? 0) & flag) !== 0;
  /** Whether an edge leaves the corner x, y that way: a voxel at its right hand, none at its left. */
  const edge = (x: number, y: number, way: number): boolean => {
    if (way === 0) return inside(x, y) && !inside(x, y - 1);
    if (way === 1) return inside(x - 1, y) && !inside(x, y);
    if (way === 2) return inside(x - 1, y - 1) && !inside(x - 1, y);
    return inside(x, y - 1) && !inside(x - 1, y - 1);
  };

  const wide = columns + 1;
  /** Edges that go right and are in a loop: every loop has some. */
  const followed = new Uint8Array(wide * (rows + 1));
  const loops: Loop[] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      if (!((bits[y * columns + x] ?? 0) & flag) || inside(x, y - 1) || followed[y * wide + x]) continue;
      loops.push(follow(x, y, edge, (cx, cy) => (followed[cy * wide + cx] = 1)));
    }
  }
  return loops;
}

/** From the left end of an edge that goes right, around; only corners are kept. */
function follow(
  startX: number,
  startY: number,
  edge: (x: number, y: number, way: number) => boolean,
  mark: (x: number, y: number) => void,
): Loop {
  const loop: Loop = [];
  let [x, y, way] = [startX, startY, 0];
  let last = -1;
  do {
    if (way === 0) mark(x, y);
    if (way !== last) loop.push(x, y);
    last = way;
    const [dx, dy] = STEPS[way] ?? [0, 0];
    x += dx;
    y += dy;
    // A turn to the right first keeps voxels that touch at a corner apart.
    way = [way + 1, way, way + 3].map((turn) => turn % 4).find((turn) => edge(x, y, turn)) ?? way;
  } while (x !== startX || y !== startY || way !== 0);
  // The start is no corner where the line comes in from the left.
  if (last === 0) loop.splice(0, 2);
  return loop;
}
