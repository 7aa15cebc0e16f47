/**
 * A user's face parsing network (`.onnx`) as the masker of Eq. 14. This is how the paper finds `M_parsing`.
 *
 * It is made for BiSeNet as trained on CelebAMask-HQ (zllrunning/face-parsing.PyTorch and its successors): the input is
 * one picture of 512 px with ImageNet's mean and deviation, the output 19 scores for each pixel. The aligned face fills
 * more of the picture than in the training pictures, so hair and neck at its border are seen with little around them.
 */
import type { MaskImage, RgbImage } from "../../base/image/rgb-image.js";
import { warpImage } from "../../base/image/warp.js";
import { InputError } from "../../base/tensor/input-error.js";
import { readInputFile } from "../../base/tensor/read-input-file.js";
import { foldNetwork } from "../../networks/fold-network.js";
import type { Network } from "../../networks/graph.js";
import { importOnnx, OpenShapeError } from "../../networks/import-onnx.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import type { ParameterValues } from "../../networks/parameters.js";
import { fixedInputShapes, inferShapes, type Shapes } from "../../networks/shape-inference.js";
import type { TrainableNetwork } from "../../networks/trainable-network.js";
import type { FaceMasker } from "./face-mask.js";

/** The classes of CelebAMask-HQ, in their order; left and right are the person's. */
export const celebAMaskClasses = [
  "background",
  "skin",
  "left brow",
  "right brow",
  "left eye",
  "right eye",
  "glasses",
  "left ear",
  "right ear",
  "earring",
  "nose",
  "inner mouth",
  "upper lip",
  "lower lip",
  "neck",
  "necklace",
  "cloth",
  "hair",
  "hat",
] as const;

/** The classes that a face model explains: skin, brows and lips, as in the projected mask. */
export const facialClasses: readonly string[] = [
  "skin",
  "left brow",
  "right brow",
  "nose",
  "upper lip",
  "lower lip",
];

export interface ParsingMaskOptions {
  /** Names of the network's classes, by their numbers; by default those of CelebAMask-HQ. */
  readonly classes?: readonly string[];
  /** The names that count as face; `facialClasses` by default. */
  readonly facial?: readonly string[];
  /** Side of the network's input, px, if the file leaves it open; 512 by default. */
  readonly size?: number;
  /** Mean and deviation of encoded sRGB in [0, 1]; by default ImageNet's. */
  readonly mean?: readonly number[];
  readonly deviation?: readonly number[];
}

/** A masker that owns a network. */
export interface ParsingMasker {
  readonly mask: FaceMasker;
  /** Where an image shows anything but background, of networks that know it: hair, neck and hands too. */
  readonly foreground?: FaceMasker;
  dispose(): Promise<void>;
}

/**
 * @param file the `.onnx`; if it has several outputs, the first is taken (the others help its training)
 * @throws InputError one line that names the file: there is no such file, it is no ONNX model, an operator is not
 * understood, or the number of classes is not that of the names
 */
export async function loadParsingMask(
  file: string,
  { classes = celebAMaskClasses, facial = facialClasses, size = 512, ...colour }: ParsingMaskOptions = {},
): Promise<ParsingMasker> {
  const unknown = facial.find((name) => !classes.includes(name));
  if (unknown) throw new Error(`loadParsingMask: \`facial\` has "${unknown}", which is no class.`);
  const net = await openNetwork(file, size);
  if (net.classCount !== classes.length) {
    await net.engine.dispose();
    throw new InputError(file, `${classes.length} classes a pixel`, `${net.classCount}`);
  }
  return maskerOf(net, { classes, facial, ...colour });
}

/** The same for a network with its parameters. It has one input of a fixed size; its first output is [B, H, W, classes]. */
export async function parsingMasker(
  network: Network,
  parameters: ParameterValues,
  options: ParsingMaskOptions = {},
): Promise<ParsingMasker> {
  const folded = foldNetwork(network, parameters);
  return maskerOf(
    await startNetwork(folded.network, folded.parameters, fixedInputShapes(network, 1)),
    options,
  );
}

function maskerOf(
  net: ParsingNetwork,
  { classes = celebAMaskClasses, facial = facialClasses, ...colour }: ParsingMaskOptions,
): ParsingMasker {
  const masker = (isOf: (name: string) => boolean): FaceMasker => {
    const wanted = classes.map(isOf);
    // A fit asks about one picture several times.
    const known = new WeakMap<RgbImage, Promise<MaskImage>>();
    return ({ image }) => {
      const mask = known.get(image) ?? parse(net, image, wanted, colour);
      known.set(image, mask);
      return mask;
    };
  };
  return {
    mask: masker((name) => facial.includes(name)),
    ...(classes.includes("background") && { foreground: masker((name) => name !== "background") }),
    dispose: () => net.engine.dispose(),
  };
}

interface ParsingNetwork {
  readonly engine: TrainableNetwork;
  readonly input: string;
  readonly output: string;
  readonly side: number;
  readonly classCount: number;
}

async function openNetwork(file: string, size: number): Promise<ParsingNetwork> {
  const bytes = await readInputFile(file, "a face parsing network (.onnx)");
  const { network, inputShapes, parameters } = importWithSize(bytes, file, size);
  const shapes = inputShapes(1);
  const [[, shape], ...more] = Object.entries(shapes) as [[string, readonly number[]]];
  if (more.length > 0 || shape.length !== 4 || shape[1] !== shape[2] || shape[3] !== 3) {
    throw new InputError(file, "one input, a square picture of red, green and blue", `[${shape}]`);
  }
  const output = Object.keys(network.outputs)[0];
  const scores = inferShapes(network, shapes)[network.outputs[output]];
  if (scores.length !== 4) {
    throw new InputError(file, "scores of each class for each pixel [B, classes, H, W]", `[${scores}]`);
  }
  return startNetwork(network, parameters, shapes);
}

async function startNetwork(
  network: Network,
  parameters: ParameterValues,
  inputShapes: Shapes,
): Promise<ParsingNetwork> {
  const [[input, shape]] = Object.entries(inputShapes) as [[string, readonly number[]]];
  const output = Object.keys(network.outputs)[0];
  const classCount = inferShapes(network, inputShapes)[network.outputs[output]][3];
  const engine = await createOnnxNetwork({ network, parameters, inputShapes });
  return { engine, input, output, side: shape[1], classCount };
}

/** Imports the network with only its first output, at the given size if the file states none. */
function importWithSize(bytes: Uint8Array, path: string, size: number) {
  const attempt = (options: Partial<Parameters<typeof importOnnx>[1]>) => {
    const all = importOnnx(bytes, { path, ...options });
    const [first, ...others] = Object.keys(all.network.outputs);
    return others.length > 0 ? importOnnx(bytes, { path, ...options, outputs: [first] }) : all;
  };
  try {
    return attempt({});
  } catch (error) {
    if (!(error instanceof OpenShapeError)) throw error;
    return attempt({ inputShapes: { [error.input]: [size, size, 3] } });
  }
}

async function parse(
  { engine, input, output, side }: ParsingNetwork,
  image: RgbImage,
  wanted: readonly boolean[],
  { mean = [0.485, 0.456, 0.406], deviation = [0.229, 0.224, 0.225] }: ParsingMaskOptions,
): Promise<MaskImage> {
  const { width, height } = image;
  const scale = side / Math.max(width, height);
  const fitted = warpImage(image, { scale, rotation: 0, translation: [0, 0] }, side, side).image;
  const values = fitted.data.map((value, i) => (value - mean[i % 3]) / deviation[i % 3]);
  const scores = (await engine.predict({ [input]: { shape: [1, side, side, 3], values } }))[output];
  const [, rows, columns, classCount] = scores.shape as [number, number, number, number];
  const likely = new Float32Array(3 * rows * columns);
  for (let p = 0; p < rows * columns; p++) {
    let [own, other] = [-Infinity, -Infinity];
    for (let c = 0; c < classCount; c++) {
      const score = scores.values[p * classCount + c];
      if (wanted[c]) own = Math.max(own, score);
      else other = Math.max(other, score);
    }
    likely.fill(1 / (1 + Math.exp(other - own)), 3 * p, 3 * p + 3);
  }
  // Back to the picture's pixels: a pixel is wanted where that is likelier than not; an edge between pixels lies where both are equally likely.
  const back = { scale: Math.max(width, height) / columns, rotation: 0, translation: [0, 0] } as const;
  const { data } = warpImage({ width: columns, height: rows, data: likely }, back, width, height).image;
  return {
    width,
    height,
    data: new Float32Array(width * height).map((_, p) => (data[3 * p] > 0.5 ? 1 : 0)),
  };
}
