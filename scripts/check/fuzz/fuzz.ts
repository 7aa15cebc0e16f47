/**
 * Sends damaged files through each door by which a user's files come in:
 *
 *     npm run fuzz -- [door ...] [--count N] [--seed S]
 *
 * Each mutant must be accepted, or refused in one line that names the file: no crash, no hang, no more than 2 GB, nothing
 * left behind. A fault is printed with its door and seed; `npm run fuzz -- <door> --seed S --count 1` repeats it.
 */
import { Command, InvalidArgumentError } from "commander";
import { InputError } from "rerenderable";
import { runCommand } from "../../../experiments/run/command.js";
import type { Door } from "./door.js";
import { doors } from "./doors.js";
import { type DoorReport, fuzzDoor } from "./fuzz-door.js";
import { workerProcess } from "./worker-process.js";

/** Seconds and MB that a mutant may take. */
export const limits = { limit: 5, mostMb: 2048 };

await runCommand("fuzz", async () => {
  const command = new Command("fuzz")
    .argument("[door...]", doors.map(({ name }) => name).join(", "))
    .option("--count <n>", "mutants, over all doors", wholeNumber, 2000)
    .option("--seed <n>", "of the first mutant of each door", wholeNumber, 1)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parse();
  const chosen = choose(command.args);
  const { count, seed } = command.opts<{ count: number; seed: number }>();
  const others = await validFiles();
  const worker = workerProcess();
  let faults = 0;
  process.stdout.write("door         mutants  accepted  refused  faults  slowest, ms  peak, MB\n");
  for (const [i, door] of chosen.entries()) {
    const share = Math.floor((count * (i + 1)) / chosen.length) - Math.floor((count * i) / chosen.length);
    const report = await fuzzDoor(door, worker, { ...limits, seed, count: share, others });
    faults += report.faults.length;
    process.stdout.write(describe(report));
  }
  worker.end();
  return faults === 0 ? 0 : 1;
});

function choose(names: readonly string[]): readonly Door[] {
  const unknown = names.find((name) => !doors.some((door) => door.name === name));
  if (unknown !== undefined) {
    throw new InputError("fuzz", `doors among ${doors.map(({ name }) => name).join(", ")}`, `"${unknown}"`);
  }
  return names.length === 0 ? doors : doors.filter(({ name }) => names.includes(name));
}

async function validFiles(): Promise<Uint8Array[]> {
  const files = await Promise.all(doors.map((door) => door.valid()));
  return files.flatMap((one) => Object.values(one));
}

function describe({ door, mutants, accepted, refused, faults, milliseconds, peakMb }: DoorReport): string {
  const columns = [
    `${mutants}`.padStart(7),
    `${accepted}`.padStart(8),
    `${refused}`.padStart(7),
    `${faults.length}`.padStart(6),
    milliseconds.toFixed(0).padStart(11),
    peakMb.toFixed(0).padStart(8),
  ];
  const details = faults.map(({ seed, file, how, message }) => {
    return `  ${door} --seed ${seed}: ${file}, ${how}:\n    ${message.replaceAll("\n", "\n    ")}\n`;
  });
  return `${door.padEnd(12)} ${columns.join("  ")}\n${details.join("")}`;
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a whole number.");
}
