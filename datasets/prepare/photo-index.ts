/**
 * The index of a prepared data set: one line of JSON a photo, in the order of the listing. Each shard writes a part
 * with the lines of its own photos; when all parts exist, the last shard to finish makes the index of them. It holds
 * no date and no path, so two shards together give the same bytes as one run.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "rerenderable";
import { parseJson, writeFileAtomically } from "rerenderable/base";
import type { PhotoItem } from "../photos/photo-dataset.js";
import type { Outcome } from "./photo-store.js";

/** Photos whose number in the listing, from 0, leaves `index` when divided by `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export const wholeRun: Shard = { index: 0, count: 1 };

export type IndexLine = { readonly id: string; readonly identity?: string } & Outcome;

export const indexFile = "index.jsonl";

export function inShard<T>(items: readonly T[], { index, count }: Shard): T[] {
  return items.filter((_, i) => i % count === index);
}

export function partFile(folder: string, { index, count }: Shard): string {
  return path.join(folder, "parts", `${index}-of-${count}.jsonl`);
}

export function indexLines(items: readonly PhotoItem[], outcomes: readonly Outcome[]): IndexLine[] {
  return items.map(({ id, identity }, i) => ({
    id,
    ...(identity === undefined ? {} : { identity }),
    ...outcomes[i],
  }));
}

export async function writePart(folder: string, shard: Shard, lines: readonly IndexLine[]): Promise<void> {
  await writeFileAtomically(partFile(folder, shard), toText(lines));
}

/** The numbers of the shards whose parts do not exist yet. */
export async function missingParts(folder: string, count: number): Promise<number[]> {
  const parts = await Promise.all(
    Array.from({ length: count }, (_, index) => readPart(folder, { index, count })),
  );
  return Array.from(parts.keys()).filter((index) => parts[index] === undefined);
}

/**
 * Brings the lines of all parts into the order of the listing, and leaves out photos whose bytes came before.
 * @throws InputError where the parts belong to another listing: photos were added or removed between the shards
 */
export async function mergeParts(
  folder: string,
  count: number,
  items: readonly PhotoItem[],
): Promise<IndexLine[]> {
  const parts = await Promise.all(
    Array.from({ length: count }, (_, index) => readPart(folder, { index, count })),
  );
  const byId = new Map(parts.flatMap((part) => part ?? []).map((line) => [line.id, line]));
  const lost = items.find(({ id }) => !byId.has(id));
  const expected = "parts of one and the same listing of photos (run all shards again with --resume)";
  if (lost) throw new InputError(path.join(folder, "parts"), expected, `none with ${lost.id}`);
  if (byId.size > items.length) {
    throw new InputError(path.join(folder, "parts"), expected, `${byId.size} photos for ${items.length}`);
  }
  return withoutRepetitions(items.map(({ id }) => byId.get(id)!));
}

export async function writeIndex(folder: string, lines: readonly IndexLine[]): Promise<void> {
  await writeFileAtomically(path.join(folder, indexFile), toText(lines));
}

/** @throws InputError where there is none */
export async function readIndex(folder: string): Promise<IndexLine[]> {
  const lines = await readLines(path.join(folder, indexFile));
  if (lines) return lines;
  throw new InputError(folder, `a prepared data set, with ${indexFile} in it`, "a folder without one");
}

/** Leaves out repeated photos: the same bytes under two names could be in training and in testing. */
function withoutRepetitions(lines: readonly IndexLine[]): IndexLine[] {
  const first = new Map<string, string>();
  return lines.map((line): IndexLine => {
    const { id, identity, key } = line;
    if (!line.accepted) return line;
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, id);
      return line;
    }
    const detail = `the same photo as ${earlier}`;
    return {
      id,
      ...(identity === undefined ? {} : { identity }),
      key,
      accepted: false,
      reason: "repeated",
      detail,
    };
  });
}

function readPart(folder: string, shard: Shard): Promise<IndexLine[] | undefined> {
  return readLines(partFile(folder, shard));
}

async function readLines(file: string): Promise<IndexLine[] | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return text
    ?.split("\n")
    .filter((line) => line !== "")
    .map((line, i) => readLine(line, file, i));
}

function readLine(text: string, file: string, i: number): IndexLine {
  const refuse = (): never => {
    throw new InputError(
      file,
      "a photo's id, key and outcome in each line, as JSON",
      `another line ${i + 1}`,
    );
  };
  let line: Partial<IndexLine> | null;
  try {
    line = parseJson(text) as Partial<IndexLine> | null;
  } catch {
    return refuse();
  }
  const whole =
    typeof line?.id === "string" && typeof line.key === "string" && typeof line.accepted === "boolean";
  return whole ? (line as IndexLine) : refuse();
}

function toText(lines: readonly IndexLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
