/** Measures how far the head reaches in each direction from its middle: hair lies on this surface. */

export interface HeadRadius {
  readonly middle: readonly [number, number, number];
  /** @param x,y,z a direction of any length @returns 10 cm, 0 where the head has no surface */
  at(x: number, y: number, z: number): number;
}

const columns = 48;
const rows = 24;

/** @param vertices of face and head, model frame, each [N * 3] */
export function measureHead(vertices: readonly Float32Array[]): HeadRadius {
  const middle = [0, 0.3, -0.7] as const;
  const table = new Float32Array(columns * rows);
  for (const list of vertices) {
    for (let i = 0; i < list.length; i += 3) {
      // Shoulders do not belong to the head, and hair lies behind the ears, not on them.
      if (list[i + 1] < -0.9 || (Math.abs(list[i]) > 0.75 && list[i + 1] < 0.45)) continue;
      const d = [list[i] - middle[0], list[i + 1] - middle[1], list[i + 2] - middle[2]];
      const [column, row] = placeOf(d[0], d[1], d[2]);
      const cell = Math.min(Math.floor(row), rows - 1) * columns + (Math.floor(column) % columns);
      table[cell] = Math.max(table[cell], Math.hypot(d[0], d[1], d[2]));
    }
  }
  const value = (column: number, row: number) =>
    table[Math.min(Math.max(row, 0), rows - 1) * columns + ((column + columns) % columns)];
  return {
    middle,
    at(x, y, z) {
      const [column, row] = placeOf(x, y, z);
      const [i, j] = [Math.floor(column - 0.5), Math.floor(row - 0.5)];
      const [p, q] = [column - 0.5 - i, row - 0.5 - j];
      return (
        (1 - q) * ((1 - p) * value(i, j) + p * value(i + 1, j)) +
        q * ((1 - p) * value(i, j + 1) + p * value(i + 1, j + 1))
      );
    },
  };
}

/** Column and row in the table of directions, centres at +0.5. */
function placeOf(x: number, y: number, z: number): [number, number] {
  const length = Math.sqrt(x * x + y * y + z * z) || 1;
  const turn = Math.atan2(x, z) / (2 * Math.PI) + 0.5;
  return [
    Math.min(turn, 1 - 1e-9) * columns,
    (Math.acos(Math.min(Math.max(y / length, -1), 1)) / Math.PI) * rows,
  ];
}
