/** Folders that an earlier run of ours wrote: its config, and a data set that it prepared. */
import path from "node:path";
import { blankImage } from "rerenderable/base";
import { wholeRun } from "../../../datasets/prepare/photo-index.js";
import { openDataset } from "../../../datasets/prepare/prepared-dataset.js";
import { encodePrepared } from "../../../datasets/prepare/prepared-file.js";
import { openRun } from "../../../experiments/run/experiment-run.js";
import { smoke } from "../../../experiments/train-detail/smoke.js";
import { bytesOf, type Door } from "./door.js";

export const configs: Door = {
  name: "configs",
  async valid() {
    const content = { experiment: "smoke", run: "run", settings: smoke.settings };
    return { "config.json": bytesOf(JSON.stringify(content, null, 1)) };
  },
  open(file) {
    const [run, experiment] = [path.dirname(file), path.dirname(path.dirname(file))];
    return openRun({
      experiment: path.basename(experiment),
      name: path.basename(run),
      settings: smoke.settings,
      free: [],
      results: path.dirname(experiment),
      resume: true,
      shard: wholeRun,
    });
  },
};

const key = "ab".repeat(20);

export const prepared: Door = {
  name: "prepared",
  together: true,
  async valid() {
    const image = blankImage(8, 8);
    const photo = encodePrepared({
      image,
      mask: { width: 8, height: 8, data: new Float32Array(64) },
      points: Array.from({ length: 68 }, (_, i) => [i, i] as const),
      toCrop: { scale: 1, rotation: 0, translation: [0, 0] },
      measures: {
        score: 1,
        faces: 1,
        eyes: 40,
        inside: 1,
        yaw: 0,
        pitch: 0,
        sharpness: 1,
        fitError: 1,
        skin: 1,
      },
    });
    const line = { id: "a.jpg", identity: "1", key, accepted: true, sha256: "0" };
    return {
      "dataset.json": bytesOf(JSON.stringify({ name: "celeba", store: "store", side: 8 })),
      "index.jsonl": bytesOf(`${JSON.stringify(line)}\n`),
      "train.txt": bytesOf("a.jpg\n"),
      [`store/${key.slice(0, 2)}/${key}.safetensors`]: photo,
    };
  },
  async open(file) {
    const folder = file.endsWith(".safetensors")
      ? path.resolve(path.dirname(file), "..", "..")
      : path.dirname(file);
    const dataset = await openDataset({ folder, part: "train" });
    return dataset.read(0);
  },
};
