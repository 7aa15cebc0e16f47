/** For tests: runs a program of `experiments/` as a user does, in its own process. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { readCurves } from "rerenderable/face";
import type { ProgramRequest } from "./program-host.js";

const here = path.join(import.meta.dirname, "..");
const root = path.dirname(here);

export const portrait = path.join(root, "datasets", "portraits", "astronaut.png");

export interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  /** Lines of stderr. */
  readonly errors: readonly string[];
}

/** @param program file name in `experiments/` */
export function runProgram(program: string, args: readonly string[], env = {}): Promise<ProgramEnd> {
  return startProgram(program, args, env).end;
}

/**
 * Runs programs one after another in one process. This saves time for programs that end at once, because loading the
 * library takes most of their time.
 */
export function shareProcess() {
  const { RERENDERABLE_ENGINE: _, ...env } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", path.join(here, "run", "program-host.ts")], {
    cwd: root,
    env,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  return {
    async runProgram(program: string, args: readonly string[], own = {}): Promise<ProgramEnd> {
      child.send({ file: path.join(here, program), args, env: own } satisfies ProgramRequest);
      const failed = ended.then(() => {
        throw new Error(`${program} ended the process that programs share.`);
      });
      const [{ code, stdout, stderr }] = await Promise.race([once(child, "message"), failed]);
      return { code, stdout, errors: linesOf(stderr) };
    },
    end() {
      if (child.connected) child.disconnect();
    },
  };
}

/** Starts a program and interrupts it, as Ctrl-C does, when the file of curves has so many lines. */
export async function interruptProgram(
  program: string,
  args: readonly string[],
  curves: string,
  lines: number,
): Promise<ProgramEnd> {
  const { child, end } = startProgram(program, args);
  while (child.exitCode === null && (await readCurves(curves)).length < lines) await wait(20);
  child.kill("SIGINT");
  return end;
}

function startProgram(program: string, args: readonly string[], env = {}) {
  const { RERENDERABLE_ENGINE: _, ...others } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", path.join(here, program), ...args], {
    cwd: root,
    env: { ...others, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  const end = new Promise<ProgramEnd>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout: texts.stdout, errors: linesOf(texts.stderr) }));
  });
  return { child, end };
}

const linesOf = (text: string) => text.split("\n").filter((line) => line !== "");

/**
 * Makes a photo with five copies of the portrait, the largest first.
 * @returns JPEG bytes
 */
export async function fivePortraits(): Promise<Uint8Array> {
  const places = [
    [0, 0, 512],
    [480, 560, 420],
    [20, 560, 380],
    [860, 0, 340],
    [540, 0, 300],
  ] as const;
  const image = await loadImage(portrait);
  const canvas = createCanvas(1200, 1000);
  const context = canvas.getContext("2d");
  context.fillStyle = "gray";
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const [left, top, side] of places) context.drawImage(image, left, top, side, side);
  return canvas.toBuffer("image/jpeg");
}

/**
 * Makes a picture of sharp noise, the same each time.
 * @returns PNG bytes
 */
export function noise(width: number, height: number): Uint8Array {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  const picture = context.createImageData(width, height);
  let state = 1;
  for (let i = 0; i < picture.data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    picture.data[i] = i % 4 === 3 ? 255 : state >>> 24;
  }
  context.putImageData(picture, 0, 0);
  return canvas.toBuffer("image/png");
}
