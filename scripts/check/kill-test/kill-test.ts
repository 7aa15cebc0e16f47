/**
 * Kills runs with SIGKILL at random moments, continues them, and compares their files with those of an undisturbed
 * run:
 *
 *     npm run kill-test -- [prepare|train|evaluate|notebooks ...] [--times N] [--seed S]
 *
 * A run is killed again and again until it comes to its end; N counts the kills over all jobs.
 */
import { Command, InvalidArgumentError } from "commander";
import { createRandom, InputError } from "rerenderable";
import { runCommand } from "../../../experiments/run/command.js";
import { jobs } from "./jobs.js";
import { killJob } from "./kill-job.js";

await runCommand("kill-test", async () => {
  const names = jobs.map(({ name }) => name);
  const command = new Command("kill-test")
    .argument("[job...]", names.join(", "))
    .option("--times <n>", "kills, over all jobs", wholeNumber, 20)
    .option("--seed <n>", "of the moments", wholeNumber, 1)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parse();
  const unknown = command.args.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new InputError("kill-test", `jobs among ${names.join(", ")}`, `"${unknown}"`);
  const chosen = jobs.filter(({ name }) => command.args.length === 0 || command.args.includes(name));
  const { times, seed } = command.opts<{ times: number; seed: number }>();
  process.stdout.write("job        kills  ended whole  undisturbed, s\n");
  for (const [i, job] of chosen.entries()) {
    const share = Math.floor((times * (i + 1)) / chosen.length) - Math.floor((times * i) / chosen.length);
    const { kills, whole, seconds } = await killJob(job, share, createRandom(seed).fork(job.name));
    const columns = [`${kills}`.padStart(5), `${whole}`.padStart(11), seconds.toFixed(1).padStart(14)];
    process.stdout.write(`${job.name.padEnd(9)}  ${columns.join("  ")}\n`);
  }
  return 0;
});

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a whole number.");
}
