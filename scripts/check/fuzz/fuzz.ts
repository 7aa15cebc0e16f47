/**
 * Sends damaged files through each door by which a user's files come in:
 *
 *     npm run fuzz -- [door ...] [--count N] [--seed S] [--mode bytes|sense|both]
 *
 * Each mutant must be accepted, or refused in one line that names the file: no crash, no answer after 5 s, no more than
 * 1 GB, nothing left behind. In the mode `sense` the files are well formed and cannot be true; each must be refused. A
 * fault is printed with its door and seed; `npm run fuzz -- <door> --mode <mode> --seed S --count 1` repeats it.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { InputError } from "rerenderable";
import { runCommand } from "../../../experiments/run/command.js";
import type { Door } from "./door.js";
import { doors } from "./doors.js";
import { type DoorReport, type FuzzMode, fuzzDoor, fuzzModes } from "./fuzz-door.js";
import { workerProcess } from "./worker-process.js";

/** Seconds and MB that a mutant may take. */
export const limits = { limit: 5, mostMb: 1024 };

await runCommand("fuzz", async () => {
  const command = new Command("fuzz")
    .argument("[door...]", doors.map(({ name }) => name).join(", "))
    .option("--count <n>", "mutants, over all doors", wholeNumber, 2000)
    .option("--seed <n>", "of the first mutant of each door", wholeNumber, 1)
    .addOption(new Option("--mode <mode>", "what is changed").choices([...fuzzModes, "both"]).default("both"))
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parse();
  const chosen = choose(command.args);
  const { count, seed, mode } = command.opts<{ count: number; seed: number; mode: FuzzMode | "both" }>();
  const modes = mode === "both" ? fuzzModes : [mode];
  const others = await validFiles();
  const worker = workerProcess();
  let faults = 0;
  process.stdout.write("door          mode   mutants  accepted  refused  faults  slowest, ms  peak, MB\n");
  const turns = chosen.flatMap((door) => modes.map((one) => ({ door, mode: one })));
  for (const [i, turn] of turns.entries()) {
    const share = Math.floor((count * (i + 1)) / turns.length) - Math.floor((count * i) / turns.length);
    const report = await fuzzDoor(turn.door, worker, {
      ...limits,
      mode: turn.mode,
      seed,
      count: share,
      others,
    });
    faults += report.faults.length;
    if (report.mutants > 0) process.stdout.write(describe(report, turn.mode));
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

function describe(
  { door, mutants, accepted, refused, faults, milliseconds, peakMb }: DoorReport,
  mode: FuzzMode,
): string {
  const columns = [
    `${mutants}`.padStart(7),
    `${accepted}`.padStart(8),
    `${refused}`.padStart(7),
    `${faults.length}`.padStart(6),
    milliseconds.toFixed(0).padStart(11),
    peakMb.toFixed(0).padStart(8),
  ];
  const details = faults.map(({ seed, file, how, message }) => {
    return `  ${door} --mode ${mode} --seed ${seed}: ${file}, ${how}:\n    ${message.replaceAll("\n", "\n    ")}\n`;
  });
  return `${door.padEnd(12)}  ${mode.padEnd(5)}  ${columns.join("  ")}\n${details.join("")}`;
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a whole number.");
}
