/** A host for tests: runs programs one after another in this process, as its parent, `run-program.ts`, asks. */
import { pathToFileURL } from "node:url";

export interface ProgramRequest {
  /** Path of the program's file. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

// Each program adds its own listeners to signals and errors.
process.setMaxListeners(0);
process.stdout.setMaxListeners(0);
const { exit } = process;
process.once("disconnect", () => exit(0));

let runs = 0;
process.on("message", async ({ file, args, env }: ProgramRequest) => {
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    process[name].write = (text: string | Uint8Array, ...more: unknown[]) => {
      texts[name] += String(text);
      const done = more.at(-1);
      if (typeof done === "function") process.nextTick(done as () => void);
      return true;
    };
  }
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
  Object.assign(process.env, env);
  const code = await new Promise<number>((resolve, reject) => {
    process.exit = ((status = 0) => resolve(Number(status))) as typeof process.exit;
    // The query makes the module run again; the modules that it imports stay loaded.
    import(`${pathToFileURL(file)}?run=${runs++}`).catch(reject);
  });
  for (const name of Object.keys(env)) delete process.env[name];
  process.send!({ code, ...texts });
});
