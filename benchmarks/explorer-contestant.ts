/** The explorer's pictures, asked for as its page does: explorer-contestant.ts ENGINE */
import { type EngineName, prepareEngine } from "rerenderable";
import { startExplorer } from "../experiments/explorer/server.js";
import { answerTasks } from "./contestant.js";

await prepareEngine(process.argv[2] as EngineName);
const { url } = await startExplorer(0);
const post = (path: string, body: unknown) =>
  fetch(new URL(path, url), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

interface Face {
  readonly id: string;
  readonly shape: Readonly<Record<"identity" | "expression" | "angles" | "translation", readonly number[]>>;
}

const face = (await (await post("/api/portrait", {})).json()) as Face;
const other = (await (await post("/api/person", { seed: 3 })).json()) as Face;

let asked = 0;
/** The value is never the same twice, so that no picture comes from an earlier one. */
const share = () => (++asked % 97) / 97;

async function picture(light: object, shape: Partial<Face["shape"]> = {}): Promise<void> {
  const response = await post("/api/picture", {
    view: "benchmark",
    face: face.id,
    version: "loaded",
    albedo: { kind: "detailed", of: face.id },
    light,
    shape: { ...face.shape, ...shape },
    over: false,
  });
  if (response.status !== 200) throw new Error(await response.text());
  await response.arrayBuffer();
}

const own = { kind: "detailed", of: face.id };
const withFirst = (values: readonly number[], value: number) => [value, ...values.slice(1)];
await answerTasks({
  light: () =>
    picture({
      kind: "far",
      azimuth: 180 * share() - 90,
      elevation: 30,
      strength: 0.8,
      ambient: 0.25,
      warmth: 0,
    }),
  "detailed light of another": () => picture({ kind: "detailed", of: other.id }),
  pose: () => picture(own, { angles: [0, share() - 0.5, 0] }),
  expression: () => picture(own, { expression: withFirst(face.shape.expression, share()) }),
  identity: () => picture(own, { identity: withFirst(face.shape.identity, 4 * share() - 2) }),
});
process.exit(0);
