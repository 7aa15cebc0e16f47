/** Sends mutants of a door's valid files through it and notes the outcome of each. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRandom, type Random } from "rerenderable";
import { contradict } from "./contradict.js";
import type { Door } from "./door.js";
import { mutate } from "./mutate.js";
import type { Outcome, WorkerProcess } from "./worker-process.js";

/** What is changed: the bytes, after which a file may still be right, or the sense, after which it never is. */
export const fuzzModes = ["bytes", "sense"] as const;
export type FuzzMode = (typeof fuzzModes)[number];

export interface FuzzOptions {
  readonly mode: FuzzMode;
  /** The seed of the first mutant; each further mutant has the next one. */
  readonly seed: number;
  readonly count: number;
  /** The valid files of all doors. */
  readonly others: readonly Uint8Array[];
  /** How many seconds a mutant may take. */
  readonly limit: number;
  /** How many MB its process may take. */
  readonly mostMb: number;
}

/** A fault. The same door and seed give the same mutant again. */
export interface Fault {
  readonly seed: number;
  readonly file: string;
  readonly how: string;
  readonly message: string;
}

export interface DoorReport {
  readonly door: string;
  readonly mutants: number;
  readonly accepted: number;
  readonly refused: number;
  readonly faults: readonly Fault[];
  /** The time of the slowest mutant. */
  readonly milliseconds: number;
  /** The memory of the process, with its libraries. */
  readonly peakMb: number;
}

/** The time to load a door's libraries, in seconds; it counts for no mutant. */
const loadingLimit = 120;

/** @throws where a valid file is not accepted */
export async function fuzzDoor(
  door: Door,
  worker: WorkerProcess,
  { mode, seed, count, others, limit, mostMb }: FuzzOptions,
): Promise<DoorReport> {
  const valid = Object.entries(await door.valid());
  for (const [name, bytes] of valid) {
    const outcome = await openAlone(door, worker, valid, { name, bytes }, loadingLimit);
    if (outcome.verdict !== "accepted")
      throw new Error(`${door.name}, ${name}, untouched: ${outcome.message}`);
  }
  const tally = { accepted: 0, refused: 0, milliseconds: 0, peakMb: 0 };
  const faults: Fault[] = [];
  let mutants = 0;
  for (let i = 0; i < count; i++) {
    const random = createRandom(seed + i).fork(door.name);
    const mutant = mode === "bytes" ? damage(valid, random, others) : contradict(door.name, valid, random);
    if (!mutant) break;
    mutants++;
    const { name, how, bytes } = mutant;
    let outcome = await openAlone(door, worker, valid, { name, bytes }, limit);
    if (outcome.verdict === "hang") {
      // The mutant is tried again: a busy machine may have had no time for it, and a new process must load its
      // libraries.
      await openAlone(
        door,
        worker,
        valid,
        { name, bytes: valid.find((file) => file[0] === name)![1] },
        loadingLimit,
      );
      outcome = await openAlone(door, worker, valid, { name, bytes }, limit);
    }
    const fault = faultOf(outcome, mostMb, mode);
    if (fault) {
      faults.push({ seed: seed + i, file: name, how, message: fault });
      worker.end();
    } else if (outcome.verdict === "accepted" || outcome.verdict === "refused") tally[outcome.verdict]++;
    if (!("peakMb" in outcome)) continue;
    tally.milliseconds = Math.max(tally.milliseconds, outcome.milliseconds);
    tally.peakMb = Math.max(tally.peakMb, outcome.peakMb);
  }
  return { door: door.name, mutants, ...tally, faults };
}

function damage(
  valid: readonly (readonly [string, Uint8Array])[],
  random: Random,
  others: readonly Uint8Array[],
) {
  const [name, whole] = valid[random.integer(valid.length)];
  return { name, ...mutate(whole, random, others) };
}

function faultOf(outcome: Outcome, mostMb: number, mode: FuzzMode): string | undefined {
  if (mode === "sense" && outcome.verdict === "accepted") return "was accepted, although it cannot be true";
  if (outcome.verdict !== "accepted" && outcome.verdict !== "refused") return outcome.message;
  return outcome.peakMb > mostMb ? `took ${Math.round(outcome.peakMb)} MB` : undefined;
}

/** Opens a file in a folder of its own, in which no new file may be afterwards. */
async function openAlone(
  door: Door,
  worker: WorkerProcess,
  valid: readonly (readonly [string, Uint8Array])[],
  changed: { readonly name: string; readonly bytes: Uint8Array },
  limit: number,
): Promise<Outcome> {
  const folder = await mkdtemp(path.join(tmpdir(), "fuzz-"));
  try {
    const files = new Map(door.together ? valid : []).set(changed.name, changed.bytes);
    const places = [...files].map(([name, bytes]) => [path.join(folder, name), bytes] as const);
    for (const [place, bytes] of places) {
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(place, bytes);
    }
    const file = path.join(folder, changed.name);
    const outcome = await worker.ask({ door: door.name, folder, file }, limit);
    if (!("files" in outcome)) return outcome;
    const left = outcome.files.find((found) => !places.some(([place]) => place === found));
    return left === undefined ? outcome : { verdict: "crash", message: `left ${path.basename(left)} behind` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
