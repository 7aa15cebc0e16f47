/**
 * Renders one scene on every engine that this machine has and puts the pictures side by side, with a hundred times
 * their difference from the reference engine, `cpu`: `results/engines.png`, which nothing keeps in the repository.
 *
 *     npm run measure -- engines
 */
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import {
  coefficientTensors,
  createMorphableModel,
  createRandom,
  type MorphableModelData,
  namedLights,
  neutralCoefficients,
  poseFace,
  prepareEngine,
  type RgbImage,
  renderTextured,
  sampleFace,
} from "rerenderable";
import { engineNames, whyAbsent, writeFileAtomically } from "rerenderable/base";
import { loadEmbeddedModel } from "rerenderable/face";
import { imageStrip } from "rerenderable/notebook";

const root = path.join(import.meta.dirname, "../../..");
const size = 224;
const mapSide = 64;

/** A random face with an antialiased outline, under maps of albedo and light that differ from texel to texel. */
async function draw(data: MorphableModelData): Promise<Float32Array> {
  const model = createMorphableModel(data);
  const image = tf.tidy(() => {
    const face = sampleFace(data, 7);
    const angles = Float32Array.of(0.1, 0.5, 0.05);
    const tensors = coefficientTensors([neutralCoefficients({ ...face, angles })]);
    const scene = {
      ...poseFace(model, tensors),
      triangles: model.triangles,
      uvs: model.uvs,
      size,
      antialias: true,
    };
    const random = createRandom(3);
    const shape: [number, number, number, number] = [1, mapSide, mapSide, 3];
    const albedo = Float32Array.from({ length: 3 * mapSide ** 2 }, () => 0.4 + 0.4 * random.uniform());
    const light = Float32Array.from(
      { length: 27 * mapSide ** 2 },
      (_, i) => namedLights.studio[i % 27] * (0.9 + 0.2 * random.uniform()),
    );
    const lightMap = tf.tensor4d(light, [1, mapSide, mapSide, 27]);
    return renderTextured(scene, tf.tensor4d(albedo, shape), lightMap).image;
  });
  const values = (await image.data<"float32">()).slice();
  image.dispose();
  model.dispose();
  return values;
}

const picture = (data: Float32Array): RgbImage => ({ width: size, height: size, data });

const data = await loadEmbeddedModel();
await prepareEngine("cpu");
const reference = await draw(data);
const shown = [{ caption: "cpu, the reference", image: picture(reference) }];
for (const engine of engineNames.filter((name) => name !== "cpu")) {
  const absence = await whyAbsent(engine);
  if (absence !== undefined) {
    console.log(`${engine}: ${absence}`);
    continue;
  }
  await prepareEngine(engine);
  const values = await draw(data);
  const off = values.map((value, i) => Math.abs(value - reference[i]));
  const worst = off.reduce((a, b) => Math.max(a, b));
  const above = off.filter((value) => value > 1e-4).length / off.length;
  console.log(
    `${engine}: off by ${worst.toExponential(1)} at most; ${(100 * above).toFixed(3)} % above 1e-4`,
  );
  shown.push({ caption: engine, image: picture(values) });
  shown.push({ caption: `${engine}: difference × 100`, image: picture(off.map((value) => 100 * value)) });
}
const { png } = await imageStrip(shown, { columns: shown.length });
await writeFileAtomically(path.join(root, "results/engines.png"), png);
process.exit(0); // Dawn keeps the process alive
