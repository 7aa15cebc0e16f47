/** The runs that are killed: a small one of each kind of work that takes long. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import type { Job } from "./kill-job.js";

const portrait = "datasets/portraits/astronaut.png";

/** An experiment that writes to `folder/results`, always under the same name. */
function experiment(
  config: string,
  folder: string,
  again: boolean,
  ...settings: readonly string[]
): string[] {
  return [
    ...["--import", "tsx", "experiments/experiment.ts", config],
    ...["--results", path.join(folder, "results"), "--run", "run", ...(again ? ["--resume"] : [])],
    ...settings.flatMap((setting) => ["--set", setting]),
  ];
}

const prepare: Job = {
  name: "prepare",
  async setUp(material) {
    await mkdir(material, { recursive: true });
    for (let i = 0; i < 4; i++) {
      const photo = sharp(portrait).modulate({ brightness: 0.9 + 0.05 * i });
      await photo.jpeg().toFile(path.join(material, `${i}.jpg`));
    }
  },
  command: (folder, material, again) => {
    const store = `store=${path.join(folder, "store")}`;
    return experiment(
      "prepare",
      folder,
      again,
      `path=${material}`,
      store,
      "workers=1",
      "split.testShare=0.3",
    );
  },
};

const train: Job = {
  name: "train",
  command: (folder, _, again) =>
    experiment(
      ...(["smoke", folder, again] as const),
      ...["samples.training.first=0", "samples.training.count=3", "samples.heldOut.count=1"],
      ...["network.baseChannels=4", "network.threads=1", "schedule.batchSize=2", "microBatch=2"],
      ...["steps=8", "validateEvery=4", "checkpointEvery=1", "shown=1"],
    ),
};

const evaluate: Job = {
  name: "evaluate",
  command: (folder, _, again) =>
    experiment(
      ...(["evaluate-detail", folder, again] as const),
      ...[
        "weights=none",
        "uvSize=64",
        "facesOfEach=2",
        "firstSeed=0",
        "persons=0",
        'subsets=["easy"]',
        "shown=1",
      ],
    ),
};

const source = `// %% [markdown]
// # Two cells

// %%
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
for (let i = 0; i < 5; i++) {
  await later(100);
  console.log(i);
}

// %%
export {};
console.log("done");
`;

const notebooks: Job = {
  name: "notebooks",
  async layOut(folder) {
    await mkdir(path.join(folder, "notebooks"), { recursive: true });
    await writeFile(path.join(folder, "notebooks", "00-small.nb.ts"), source);
  },
  command: (folder) => {
    const places = ["--folder", path.join(folder, "notebooks"), "--results", path.join(folder, "pages")];
    return ["scripts/jupyter/notebooks.cjs", ...places];
  },
};

export const jobs: readonly Job[] = [prepare, train, evaluate, notebooks];
