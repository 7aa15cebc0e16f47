/** Reads the 68 points of a photo of 300W-LP from the `.mat` file beside it. */
import { InputError, type Point } from "rerenderable";
import { readInputFile } from "rerenderable/base";
import { landmarkCount, readMatArrays } from "rerenderable/face";

const expected = "`pt2d`, 2 x 68 numbers";

/**
 * @returns px of the photo. MATLAB counts pixels from 1 at their centre, so half a pixel is taken off.
 * @throws InputError one line: no such file, not of MATLAB, without `pt2d`
 */
export async function readMatPoints(file: string): Promise<Point[]> {
  const { pt2d } = readMatArrays(await readInputFile(file, expected), file, ["pt2d"] as const);
  if (!pt2d) throw new InputError(file, expected, "a file without it");
  const [rows, columns] = pt2d.dimensions;
  if (rows !== 2 || columns !== landmarkCount || pt2d.dimensions.length !== 2) {
    throw new InputError(file, expected, pt2d.dimensions.join(" x "));
  }
  const values = pt2d.read();
  const wrong = Array.from(values).find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new InputError(file, expected, `${wrong} among them`);
  // The numbers lie column by column: x and y in turn.
  return Array.from(
    { length: landmarkCount },
    (_, i): Point => [values[2 * i] - 0.5, values[2 * i + 1] - 0.5],
  );
}
