/** The detail refiner on one of our engines: refiner-contestant.ts ENGINE UV CHANNELS BATCH THREADS */
import {
  createOnnxNetwork,
  createRandom,
  detailRefiner,
  type EngineName,
  fixedInputShapes,
  initialParameters,
  parameterSpecs,
  prepareEngine,
} from "rerenderable";
import { createTfjsNetwork, type NetworkArray } from "rerenderable/networks";
import { answerTasks } from "./contestant.js";

const [engine, ...numbers] = process.argv.slice(2) as [EngineName | "onnx", ...string[]];
const [uvSize, baseChannels, batch, threads] = numbers.map(Number) as [number, number, number, number];

const network = detailRefiner({ uvSize, baseChannels });
const inputShapes = fixedInputShapes(network, batch);
const parameters = initialParameters(parameterSpecs(network, inputShapes), 1, "pix2pix");
const options = { network, inputShapes, parameters };
if (engine !== "onnx") await prepareEngine(engine);
const refiner = await (engine === "onnx"
  ? createOnnxNetwork({ ...options, threads })
  : createTfjsNetwork(options));

const random = createRandom(2);
const uniform = (channels: number): NetworkArray => {
  const shape = [batch, uvSize, uvSize, channels];
  const count = shape.reduce((product, length) => product * length, 1);
  return { shape, values: Float32Array.from({ length: count }, () => random.uniform()) };
};
const [maps, albedoTarget, lightTarget] = [uniform(6), uniform(3), uniform(27)];
const dAlbedo = new Float32Array(albedoTarget.values.length);
const dLight = new Float32Array(lightTarget.values.length);

/** Forward, L1 of the albedo and squared error of the light, backward, Adam. */
async function step(): Promise<void> {
  const { albedo, light } = (await refiner.forward({ maps })) as {
    albedo: NetworkArray;
    light: NetworkArray;
  };
  for (let i = 0; i < dAlbedo.length; i++) {
    dAlbedo[i] = Math.sign(albedo.values[i] - albedoTarget.values[i]) / dAlbedo.length;
  }
  for (let i = 0; i < dLight.length; i++) {
    dLight[i] = (2 * (light.values[i] - lightTarget.values[i])) / dLight.length;
  }
  await refiner.backward({
    albedo: { shape: albedo.shape, values: dAlbedo },
    light: { shape: light.shape, values: dLight },
  });
  await refiner.update(1e-4);
}

await answerTasks({ step, forward: () => refiner.predict({ maps }) });
process.exit(0);
