/** Landmark files, settings, options and notebooks. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { CommanderError } from "commander";
import { readLandmarks } from "rerenderable";
import { FileError } from "rerenderable/base";
import { portraitPoints } from "rerenderable/testing";
import { type Experiment, experiments } from "../../../experiments/experiments.js";
import { parseReconstructArguments } from "../../../experiments/reconstruct/reconstruct-options.js";
import type { Settings } from "../../../experiments/run/experiment-config.js";
import { parseExperimentArguments } from "../../../experiments/run/experiment-options.js";
import { allKeys, setSettings } from "../../../experiments/run/set-settings.js";
import { bytesOf, type Door } from "./door.js";

const { differenceFromSource, formatSource, notebookCells, parseSource, readNotebook } = createRequire(
  import.meta.url,
)("../../jupyter/notebook-source.cjs");

export const landmarks: Door = {
  name: "landmarks",
  async valid() {
    const points = portraitPoints;
    const five = [36, 45, 30, 48, 54].map((i) => points[i]);
    const lines = points.map((point) => point.join(" ")).join("\n");
    const records = points.map(([x, y]) => ({ _x: x, _y: y }));
    const names = ["x", "y"].flatMap((axis) => points.map((_, i) => `${axis}_${i}`));
    const columns = [0, 1].flatMap((axis) => points.map((point) => point[axis]));
    const texts: Record<string, string> = {
      "68.pts": `version: 1\nn_points: 68\n{\n${lines}\n}\n`,
      "68.json": JSON.stringify({ points }),
      "face-api.json": JSON.stringify([
        { detection: { _imageDims: { _width: 512, _height: 512 } }, landmarks: { _positions: records } },
      ]),
      "5.json": JSON.stringify(five),
      "68.txt": `# iBUG\n${lines}\n`,
      "5.csv": `x,y\n${five.join("\n")}`,
      "comma.csv": lines.replace(/\./g, ",").replace(/ /g, ";"),
      "openface.csv": `${names.join(", ")}\n${columns.join(", ")}\n`,
      "celeba.txt": `face.jpg ${five.flat().map(Math.round).join(" ")}\nother.jpg 69 109 106 113 77 142 73 152 108 154\n`,
    };
    return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, bytesOf(text)]));
  },
  open: (file) => readLandmarks(file, { width: 512, height: 512, scale: 1, file: "face.jpg" }),
};

/** Each line is a setting: the config, then `--set key=value`. */
export const settings: Door = {
  name: "settings",
  async valid() {
    const files = experiments.map(({ config }): [string, Uint8Array] => {
      const lines = allKeys(config.settings).map(
        (key) => `${key}=${JSON.stringify(valueAt(config.settings, key))}`,
      );
      return [config.name, bytesOf(lines.map((line) => line.replace(/="(.*)"$/, "=$1")).join("\n"))];
    });
    return Object.fromEntries(files);
  },
  async open(file) {
    const lines = (await readFile(file, "utf8")).split("\n");
    const named = experiments.find(({ config }) => path.basename(file) === config.name);
    const { config, schema } = named as unknown as Experiment<Settings>;
    setSettings(config.settings, lines, schema);
  },
};

function valueAt(all: object, key: string): unknown {
  return key.split(".").reduce<unknown>((place, part) => (place as Record<string, unknown>)[part], all);
}

/** Each line is a word. */
export const options: Door = {
  name: "options",
  async valid() {
    const reconstruct = ["photo.jpg", "--engine", "wasm", "--size", "224", "--seed", "3", "--prior", "fit"];
    const experiment = ["smoke", "--set", "seed=3", "--run", "a", "--results", "b", "--shard", "0/2"];
    return { reconstruct: bytesOf(reconstruct.join("\n")), experiment: bytesOf(experiment.join("\n")) };
  },
  async open(file) {
    const words = (await readFile(file, "utf8")).split("\n");
    try {
      if (file.endsWith("reconstruct")) parseReconstructArguments(words);
      else parseExperimentArguments(words);
    } catch (error) {
      // The command reports these errors in a line too.
      if (error instanceof CommanderError)
        throw new FileError(`options: ${error.message.replace(/\s+/g, " ")}`);
      throw error;
    }
  },
};

const source = `// %% [markdown]
// # A heading
// Prose.

// %%
const a = 1;
export {};

// %% tags=["raises-exception"]
throw new Error(\`\${a}\`);
`;

const ipynb = JSON.stringify({
  cells: [
    { cell_type: "markdown", id: "a", metadata: {}, source: ["# A heading\\n", "Prose."] },
    { cell_type: "code", execution_count: 1, id: "b", metadata: {}, outputs: [], source: ["const a = 1;"] },
    { cell_type: "raw", id: "c", metadata: { tags: ["x"] }, source: "raw" },
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

/** Both directions: a source to run, and a notebook whose cells go back to its source. */
export const notebooks: Door = {
  name: "notebooks",
  async valid() {
    return { "00-a.nb.ts": bytesOf(source), "00-a.ipynb": bytesOf(ipynb) };
  },
  async open(file) {
    const text = await readFile(file, "utf8");
    if (file.endsWith(".nb.ts")) return parseSource(text, file);
    const notebook = readNotebook(text, file);
    return parseSource(formatSource(notebookCells(notebook)), file) && differenceFromSource(notebook, source);
  },
};
