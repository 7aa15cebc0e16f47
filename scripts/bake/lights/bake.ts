/**
 * Bakes the 18 environment maps of `@pmndrs/assets` into `lib/graphics/scene/baked-lights.ts`: each as a light of 27
 * numbers, and the statistics of lights like them. Two runs give the same file.
 *
 *     npm run bake -- lights
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createRandom, environmentLight } from "rerenderable";
import { writeFileAtomically } from "rerenderable/base";
import { encodedLight, type LightStatistics, negativeShare } from "rerenderable/graphics";
import { lightSamples, withMeanOne } from "./light-samples.js";
import { lightStatistics } from "./light-statistics.js";
import { namedEnvironment } from "./named-environment.js";
import { lightsPackage, readPackagedMaps } from "./source.js";

const root = join(import.meta.dirname, "../../..");
const target = "lib/graphics/scene/baked-lights.ts";

async function bake(): Promise<void> {
  const maps = await readPackagedMaps();
  const named = maps.map(({ name, map }) => ({ name, ...namedEnvironment(map) }));
  for (const { name, linear, srgb, yaw } of named) {
    const below = [linear, srgb].map((light) => `${(100 * negativeShare(light)).toFixed(1)} %`);
    const turn = `turned by ${((yaw * 180) / Math.PI).toFixed(0)}°`;
    console.log(`${name.padEnd(10)} ${turn}; below 0: ${below[0]} linear, ${below[1]} sRGB`);
  }
  const samples = lightSamples(
    maps.map(({ map }) => environmentLight(map)),
    createRandom(1),
  );
  const linear = lightStatistics(samples);
  const srgb = lightStatistics(samples.map((light) => withMeanOne(encodedLight(light, 16))));
  const hashes = maps.map(({ name, sha256 }) => ` * ${name.padEnd(10)} ${sha256.slice(0, 16)}`).join("\n");
  const text = `// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: these numbers are measured
/**
 * Made by \`npm run bake -- lights\` from the environment maps of ${lightsPackage} (CC0 1.0, by way of Poly Haven); not to
 * be edited. The maps, with the first half of the SHA-256 of each file:
 *
${hashes}
 */

/** By the package's names: 27 numbers, colour-major, for linear shading and for that of encoded values. */
export const bakedEnvironments = {
${named.map((light) => `  ${light.name}: {\n    linear: ${row(light.linear)},\n    srgb: ${row(light.srgb)},\n  },`).join("\n")}
} as const;

/** Mean, deviations and components of ${samples.length} lights made of those maps, each of mean shading 1. */
export const bakedStatistics = {
${statistics("linear", linear)}
${statistics("srgb", srgb)}
} as const;
`;
  await writeFileAtomically(join(root, target), Buffer.from(text));
  execFileSync("npx", ["biome", "format", "--write", target], { cwd: root, stdio: "ignore" });
  console.log(`${target}: ${(text.length / 1024).toFixed(1)} KiB, ${samples.length} lights`);
  console.log(`linear: ${linear.sigmas.map((sigma) => sigma.toFixed(3)).join(" ")}`);
  console.log(`sRGB: ${srgb.sigmas.map((sigma) => sigma.toFixed(3)).join(" ")}`);
}

function statistics(name: string, { mean, sigmas, modes }: LightStatistics): string {
  const rows = modes.map((mode) => `      ${row(mode)},`).join("\n");
  return `  ${name}: {\n    mean: ${row(mean)},\n    sigmas: ${row(sigmas)},\n    modes: [\n${rows}\n    ],\n  },`;
}

/** Numbers have four decimals: a thousandth of the smallest light that matters. */
function row(values: readonly number[]): string {
  return `[${values.map((value) => Number(value.toFixed(4)) + 0).join(", ")}]`;
}

await bake();
