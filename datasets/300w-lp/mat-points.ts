/** Reads the 68 points of a photo of 300W-LP or AFLW2000-3D from the `.mat` file beside it. */
import { InputError, type Point } from "rerenderable";
import { readInputFile } from "rerenderable/base";
import { landmarkCount, readMatArrays } from "rerenderable/face";

const expected = "`pt2d`, 2 x 68 numbers, or `pt3d_68`, 3 x 68";

/**
 * @returns px of the photo. MATLAB counts pixels from 1 at their centre, so half a pixel is taken off.
 * @throws InputError one line: no such file, not of MATLAB, without them
 */
export async function readMatPoints(file: string): Promise<Point[]> {
  // AFLW2000-3D has 68 points with their depth, and 21 others under `pt2d`.
  const bytes = await readInputFile(file, expected);
  const { pt2d, pt3d_68 } = readMatArrays(bytes, file, ["pt2d", "pt3d_68"] as const);
  const array = pt3d_68 ?? pt2d;
  if (!array) throw new InputError(file, expected, "a file without them");
  const [rows, columns] = array.dimensions;
  if (rows !== (pt3d_68 ? 3 : 2) || columns !== landmarkCount || array.dimensions.length !== 2) {
    throw new InputError(file, expected, array.dimensions.join(" x "));
  }
  const values = array.read();
  const wrong = Array.from(values).find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new InputError(file, expected, `${wrong} among them`);
  // The numbers lie column by column: x, y and z in turn.
  return Array.from(
    { length: landmarkCount },
    (_, i): Point => [values[rows * i] - 0.5, values[rows * i + 1] - 0.5],
  );
}
