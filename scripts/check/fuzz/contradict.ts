/**
 * Changes the sense of a valid file and not its syntax: numbers swapped, sizes past the end, names twice, parts of two
 * runs mixed. What comes out is well formed and cannot be true, so a door must refuse it.
 */
import { crc32 } from "node:zlib";
import type { Random } from "rerenderable";
import { decodeSafetensors, encodeSafetensors } from "rerenderable/base";
import { modelProto } from "rerenderable/networks";
import type { Mutant } from "./mutate.js";

type Change = (bytes: Uint8Array, random: Random) => Uint8Array;

interface Contradiction {
  /** The valid files that it applies to. */
  readonly files: RegExp;
  readonly changes: Readonly<Record<string, Change>>;
}

/** By the name of the door. */
const contradictions: Readonly<Record<string, Contradiction>> = {
  weights: { files: /./, changes: tensorChanges() },
  checkpoints: {
    files: /./,
    changes: {
      ...tensorChanges(),
      "the hash of another run": metadata(() => ({ configHash: "4567" })),
      "steps that cannot be": metadata((random) => {
        const step = [-1, 0.5, 2 ** 60, null][random.integer(4)];
        return { state: JSON.stringify({ step, updates: { generator: 3 } }) };
      }),
      "means of squares below 0": tensors((all, random) => {
        const { values } = oneOf(all, random, (name) => name.includes("/second/"));
        values[random.integer(values.length)] = -1;
      }),
    },
  },
  onnx: {
    files: /./,
    changes: {
      "weights under each other's names": model(({ initializer }, random) => {
        const one = pick(initializer, random);
        const others = initializer.filter(({ dims }) => `${dims}` !== `${one.dims}`);
        const other = pick(others, random);
        [one.dims, other.dims] = [other.dims, one.dims];
      }),
      "a name twice": model(({ initializer }, random) => initializer.push(pick(initializer, random))),
      "a size past the end": model(({ initializer }, random) => {
        const tensor = pick(initializer, random);
        tensor.dims = [...tensor.dims, 2 + random.integer(1e6)];
      }),
      "nodes in turn swapped": model(({ node }) => node.reverse()),
    },
  },
  mat: {
    files: /plain/,
    changes: {
      "a row more": matSize((size) => size + 1),
      "a size past the end": matSize((size, random) => size * (2 + random.integer(1e5))),
      "a variable twice": (bytes) => joined(bytes, bytes.subarray(128)),
    },
  },
  hdr: {
    files: /./,
    changes: {
      "a size past the end": (bytes, random) => {
        const height = 9 + random.integer(20_000);
        return text(bytes, (all) => all.replace(/-Y \d+ \+X \d+/, `-Y ${height} +X ${2 * height}`));
      },
    },
  },
  exr: {
    files: /./,
    changes: {
      "a size past the end": exrWindow((random) => 100 + random.integer(20_000)),
      "no height": exrWindow(() => 0),
      "a deep picture": flag(8),
      "several parts": flag(16),
    },
  },
  photos: {
    files: /\.png$/,
    changes: { "a size past the end": (bytes, random) => pngHeight(bytes, 1000 + random.integer(30_000)) },
  },
  landmarks: {
    files: /\.json$/,
    changes: {
      "a point far away": points((all, random) => all.splice(random.integer(all.length), 1, [1e7, 1e7])),
      "a point less": points((all, random) => all.splice(random.integer(all.length), 1)),
      "no number": points((all, random) => all.splice(random.integer(all.length), 1, [null, null])),
    },
  },
  configs: {
    files: /./,
    changes: {
      "settings of another run": json((content: { settings: { steps: number } }, random) => {
        content.settings.steps += 1 + random.integer(1000);
      }),
      "two numbers swapped": json((content: { settings: { steps: number; seed: number } }) => {
        const { settings } = content;
        [settings.steps, settings.seed] = [settings.seed, settings.steps];
      }),
    },
  },
  obj: {
    files: /./,
    changes: {
      "a corner past the end": (bytes, random) =>
        text(bytes, (all) => all.replace(/f \d+/, `f ${21 + random.integer(1e6)}`)),
    },
  },
  prepared: {
    files: /dataset\.json$/,
    changes: {
      "the side of another data set": json((content: { side: number }, random) => {
        content.side += 1 + random.integer(500);
      }),
    },
  },
};

/** @returns undefined if the door has no file that can contradict itself */
export function contradict(
  door: string,
  files: readonly (readonly [name: string, bytes: Uint8Array])[],
  random: Random,
): (Mutant & { readonly name: string }) | undefined {
  const contradiction = contradictions[door];
  if (!contradiction) return undefined;
  const [name, bytes] = pick(
    files.filter((file) => contradiction.files.test(file[0])),
    random,
  );
  const how = pick(Object.keys(contradiction.changes), random);
  return { name, how, bytes: contradiction.changes[how](bytes, random) };
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[random.integer(list.length)];
}

interface Tensor {
  shape: readonly number[];
  values: Float32Array;
}

function tensors(change: (all: Record<string, Tensor>, random: Random) => void): Change {
  return (bytes, random) => {
    const content = decodeSafetensors(bytes, "valid");
    change(content.tensors as unknown as Record<string, Tensor>, random);
    return encodeSafetensors(content.tensors, content.metadata);
  };
}

function oneOf(all: Record<string, Tensor>, random: Random, wanted: (name: string) => boolean): Tensor {
  return all[pick(Object.keys(all).filter(wanted), random)];
}

function tensorChanges(): Record<string, Change> {
  return {
    "a number that is none": tensors((all, random) => {
      const { values } = oneOf(all, random, () => true);
      values[random.integer(values.length)] = [Number.NaN, Infinity, -Infinity][random.integer(3)];
    }),
    "tensors under each other's names": tensors((all, random) => {
      const one = pick(Object.keys(all), random);
      const other = pick(
        Object.keys(all).filter((name) => `${all[name].shape}` !== `${all[one].shape}`),
        random,
      );
      [all[one], all[other]] = [all[other], all[one]];
    }),
    "a tensor less": tensors((all, random) => delete all[pick(Object.keys(all), random)]),
    "a size past the end": (bytes) => header(bytes, (all) => all.replace(/(\d+)\]\}\}$/, "$10]}}")),
    "a name twice": (bytes) => header(bytes, (all) => all.replace(/("[\w./]+":\{"dtype"[^}]*\})/, "$1,$1")),
  };
}

function metadata(change: (random: Random) => Record<string, string>): Change {
  return (bytes, random) => {
    const content = decodeSafetensors(bytes, "valid");
    return encodeSafetensors(content.tensors, { ...content.metadata, ...change(random) });
  };
}

/** Changes the JSON of a safetensors file as text. */
function header(bytes: Uint8Array, change: (text: string) => string): Uint8Array {
  const length = Number(Buffer.from(bytes).readBigUInt64LE());
  const changed = Buffer.from(
    change(
      Buffer.from(bytes.subarray(8, 8 + length))
        .toString()
        .trimEnd(),
    ),
  );
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(changed.length));
  return joined(head, changed, bytes.subarray(8 + length));
}

interface Graph {
  readonly initializer: { name: string; dims: readonly unknown[] }[];
  readonly node: unknown[];
}

function model(change: (graph: Graph, random: Random) => void): Change {
  return (bytes, random) => {
    const message = modelProto().decode(bytes) as unknown as { graph: Graph };
    change(message.graph, random);
    return modelProto().encode(message).finish();
  };
}

/** Changes the first size of the first array of a plain file in little-endian order: header, tag, flags, sizes. */
function matSize(change: (size: number, random: Random) => number): Change {
  return (bytes, random) => {
    const out = Buffer.from(bytes);
    const at = 128 + 8 + 16 + 8;
    out.writeInt32LE(change(out.readInt32LE(at), random), at);
    return out;
  };
}

function exrWindow(height: (random: Random) => number): Change {
  return (bytes, random) => {
    const out = Buffer.from(bytes);
    const name = "dataWindow\0box2i\0";
    const at = out.indexOf(name, 0, "latin1") + name.length + 4;
    const rows = height(random);
    out.writeInt32LE(2 * rows - 1, at + 8);
    out.writeInt32LE(rows - 1, at + 12);
    return out;
  };
}

function flag(bit: number): Change {
  return (bytes) => bytes.map((value, i) => (i === 5 ? value | bit : value));
}

/** The height, and the checksum that makes it believable. */
function pngHeight(bytes: Uint8Array, height: number): Uint8Array {
  const out = Buffer.from(bytes);
  out.writeUInt32BE(height, 20);
  out.writeUInt32BE(crc32(out.subarray(12, 29)), 29);
  return out;
}

function text(bytes: Uint8Array, change: (text: string) => string): Uint8Array {
  return Buffer.from(change(Buffer.from(bytes).toString("latin1")), "latin1");
}

function json<T>(change: (content: T, random: Random) => void): Change {
  return (bytes, random) => {
    const content = JSON.parse(Buffer.from(bytes).toString()) as T;
    change(content, random);
    return Buffer.from(JSON.stringify(content));
  };
}

function points(change: (all: unknown[], random: Random) => void): Change {
  return json((content: unknown[] | { points: unknown[] }, random) =>
    change(Array.isArray(content) ? content : content.points, random),
  );
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
