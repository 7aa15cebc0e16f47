/** The accepted photos of a preparation, as samples. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "rerenderable";
import { parseJson } from "rerenderable/base";
import type { Dataset, DatasetSource, Sample } from "../dataset.js";
import { readIndex } from "./photo-index.js";
import { preparedPath } from "./photo-store.js";
import { decodePrepared } from "./prepared-file.js";

export interface PreparedOptions {
  /** The folder of the run: `results/prepare/<run>`. */
  readonly folder: string;
  /** The part of the split; all parts by default. */
  readonly part?: "train" | "test" | "validation";
}

/** The source of these samples for `openLoader`. */
export function preparedSource(options: PreparedOptions): DatasetSource {
  return { module: import.meta.url, options };
}

/** @throws InputError where the folder holds no finished preparation, or the part no accepted photo */
export async function openDataset({ folder, part }: PreparedOptions): Promise<Dataset> {
  const { name, store, side } = await readDescription(folder);
  const ids = part ? await readPart(folder, part) : undefined;
  const lines = (await readIndex(folder)).filter(({ id, accepted }) => accepted && (!ids || ids.has(id)));
  if (lines.length === 0) {
    throw new InputError(folder, `accepted photos${part ? ` in ${part}.txt` : ""}`, "none");
  }
  return {
    name,
    size: lines.length,
    side,
    async read(index): Promise<Sample> {
      const { id, identity, key } = lines[index];
      const file = preparedPath(path.join(folder, store), key);
      const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
        const got = error.code === "ENOENT" ? "no such file (prepare with --resume)" : String(error.code);
        throw new InputError(file, `the prepared photo of ${id}`, got);
      });
      const { image, mask, points } = decodePrepared(bytes, file);
      if (image.width !== side || image.height !== side)
        throw new InputError(
          file,
          `a photo of ${side} x ${side} px, as in dataset.json`,
          `${image.width} x ${image.height} px`,
        );
      return { id, ...(identity === undefined ? {} : { identity }), image, mask, points };
    },
  };
}

async function readDescription(folder: string): Promise<{ name: string; store: string; side: number }> {
  const file = path.join(folder, "dataset.json");
  const text = await readFile(file, "utf8").catch(() => {
    throw new InputError(folder, "a finished preparation, with dataset.json in it", "a folder without one");
  });
  try {
    const description = parseJson(text) as { name: string; store: string; side: number };
    const { name, store, side } = description;
    if (typeof name === "string" && typeof store === "string" && Number.isInteger(side)) return description;
  } catch {}
  throw new InputError(file, "name, store and side of a prepared data set, as JSON", "something else");
}

async function readPart(folder: string, part: string): Promise<ReadonlySet<string>> {
  const file = path.join(folder, `${part}.txt`);
  const text = await readFile(file, "utf8").catch(() => {
    throw new InputError(file, `the ids of the ${part} part`, "no such file");
  });
  return new Set(text.split("\n").filter((line) => line !== ""));
}
