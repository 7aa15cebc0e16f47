/**
 * How large the coefficient regressor's errors are on faces that it has not learnt from. `npm run measure --
 * regressor-errors` measures them and writes a small file beside the weights.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { FileError } from "../../base/tensor/file-error.js";
import type { Coefficients } from "../morphable-model/coefficients.js";

/** Root mean square error of each number of albedo and light. */
export type RegressorErrors = Readonly<Pick<Coefficients, "albedo" | "light">>;

interface ErrorsFile {
  /** Digest of the weights that were measured. */
  readonly weights: string;
  readonly faces: number;
  readonly albedo: readonly number[];
  readonly light: readonly number[];
}

/** @param weights the file of the regressor */
export const errorsFileOf = (weights: string | URL) =>
  (weights instanceof URL ? fileURLToPath(weights) : weights).replace(/\.safetensors$/, "-errors.json");

/** @returns undefined if there is no such file @throws FileError if it belongs to other weights */
export async function readRegressorErrors(weights: string | URL): Promise<RegressorErrors | undefined> {
  const file = errorsFileOf(weights);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const found = JSON.parse(text) as ErrorsFile;
  const digest = digestOf(await readFile(weights));
  if (found.weights !== digest) {
    throw new FileError(
      `${file}: should be of the weights ${digest} but is of ${found.weights}: measure anew.`,
    );
  }
  return { albedo: Float32Array.from(found.albedo), light: Float32Array.from(found.light) };
}

export async function encodeRegressorErrors(
  weights: string | URL,
  faces: number,
  { albedo, light }: RegressorErrors,
): Promise<string> {
  const rounded = (values: Float32Array) => Array.from(values, (value) => Number(value.toPrecision(3)));
  const found: ErrorsFile = {
    weights: digestOf(await readFile(weights)),
    faces,
    albedo: rounded(albedo),
    light: rounded(light),
  };
  return `${JSON.stringify(found)}\n`;
}

const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);
