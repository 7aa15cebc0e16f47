import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { alignFace, createRandom, type Point } from "rerenderable";
import { faceParserClasses } from "rerenderable/face";
import { materials } from "../synthetic/geometry/mesh-part.js";
import { renderSample } from "../synthetic/render-sample.js";
import { sampleScene } from "../synthetic/scene/sample-scene.js";
import { loadSyntheticAssets } from "../synthetic/synthetic-assets.js";
import type { SyntheticSample } from "../synthetic/synthetic-sample.js";
import { classMap } from "./class-map.js";
import { coverPart } from "./cover-crop.js";
import { drawBatch } from "./draw-batch.js";
import { obtainFaces } from "./face-pack.js";
import { cropFace, type ParsingFace, parsingFace } from "./parsing-face.js";

const size = 64;
const [background, facial, otherSkin, hair] = (
  ["background", "facial skin", "other skin", "hair"] as const
).map((name) => faceParserClasses.indexOf(name)) as [number, number, number, number];

describe("datasets/face-parsing", () => {
  let faces: ParsingFace[];
  let points: Point[];
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "face-parsing-"));
    const assets = await loadSyntheticAssets();
    const samples: SyntheticSample[] = [];
    for (const seed of [0, 1]) {
      samples.push(await renderSample(assets, sampleScene(assets.data, seed, "occluded"), size));
    }
    points = Array.from({ length: 68 }, (_, k) => [
      samples[0].landmarks[2 * k],
      samples[0].landmarks[2 * k + 1],
    ]);
    faces = samples.map(parsingFace);
  });
  after(() => rm(folder, { recursive: true }));

  it("names a pixel by its material, facial skin by the truth, and all else background", () => {
    const material = Uint8Array.of(0, ...materials.map((_, i) => i + 1), 1);
    const skin = new Uint8Array(material.length);
    skin[material.length - 1] = 1;
    const names = Array.from(classMap({ material, skin }), (number) => faceParserClasses[number]);
    const inside = "eye or inner mouth";
    assert.deepEqual(names, [
      "background",
      ...[inside, "other skin", "hair", inside, inside, "spectacles", "spectacles", "background"],
      "facial skin",
    ]);
  });

  it("crops as `alignFace` does", () => {
    const { photo, side } = faces[0];
    const image = { width: side, height: side, data: Float32Array.from(photo, (value) => value / 255) };
    const expected = alignFace(image, points, 112).image.data;
    const crop = cropFace(faces[0], 112);
    const error = crop.image.reduce((sum, value, i) => sum + Math.abs(value - expected[i]), 0);
    assert.ok(error / expected.length < 0.02, `${error / expected.length}`);
    assert.equal(crop.classes[56 * 112 + 50], facial); // beside the nose
  });

  it("mirrors picture and classes together", () => {
    const placing = { scale: 1, rotation: 0, move: [0, 0], mirrored: true } as const;
    const [plain, mirrored] = [cropFace(faces[1], 112), cropFace(faces[1], 112, placing)];
    for (let p = 0; p < 112 * 112; p++) {
      const q = p - (p % 112) + 111 - (p % 112);
      assert.equal(mirrored.classes[p], plain.classes[q]);
      assert.ok(Math.abs(mirrored.image[3 * p] - plain.image[3 * q]) < 1e-6);
    }
  });

  it("draws the same batch of one seed, others of others, all in range", () => {
    const draw = (seed: number) => drawBatch(faces, 4, 32, createRandom(seed));
    assert.deepEqual(draw(1), draw(1));
    assert.notDeepEqual(draw(1).images, draw(2).images);
    const { images, classes } = draw(3);
    assert.deepEqual([images.length, classes.length], [4 * 32 * 32 * 3, 4 * 32 * 32]);
    assert.ok(images.every((value) => value >= 0 && value <= 1));
    assert.ok(classes.every((value) => value < faceParserClasses.length));
    assert.ok(classes.includes(hair) && classes.includes(facial));
  });

  it("covers parts with what is no facial skin, and leaves the rest as it was", () => {
    let covered = 0;
    for (let seed = 0; seed < 20; seed++) {
      const [before, crop] = [cropFace(faces[0], 32), cropFace(faces[0], 32)];
      coverPart(crop, createRandom(seed));
      crop.classes.forEach((value, p) => {
        if (value === before.classes[p]) return;
        covered++;
        assert.ok(value === background || value === otherSkin);
      });
      for (let p = 0; p < crop.classes.length; p++) {
        if ([background, otherSkin].includes(crop.classes[p])) continue;
        assert.equal(crop.image[3 * p], before.image[3 * p]);
      }
    }
    assert.ok(covered > 500, `${covered}`);
  });

  it("keeps faces in one file, makes it again where it is damaged, and stops where it is told to", async () => {
    const wanted = { subsets: ["easy"], firstSeed: 3, count: 1, size } as const;
    const options = { folder: path.join(folder, "packs"), samples: path.join(folder, "samples") };
    const first = await obtainFaces(wanted, options);
    const [file] = await readdir(options.folder);
    const bytes = await readFile(path.join(options.folder, file));
    await rm(options.samples, { recursive: true });
    assert.deepEqual(await obtainFaces(wanted, options), first);
    await assert.rejects(readdir(options.samples)); // none was rendered again
    await writeFile(path.join(options.folder, file), bytes.subarray(0, 1000));
    assert.deepEqual(await obtainFaces(wanted, options), first);
    const signal = AbortSignal.abort();
    assert.equal(await obtainFaces({ ...wanted, firstSeed: 4 }, { ...options, signal }), undefined);
    assert.equal((await readdir(options.folder)).length, 1);
  });
});
