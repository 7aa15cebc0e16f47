import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { InputError, type Point } from "rerenderable";
import { meanEmbedding } from "rerenderable/testing";
import { type IdentityJudges, openIdentityJudges } from "./identity-judges.js";

const side = 160;
const picture = (...colour: number[]) => ({
  width: side,
  height: side,
  data: Float32Array.from({ length: 3 * side * side }, (_, i) => colour[i % 3]),
});
/** Where ArcFace wants the five points, so that the crop lies inside the picture. */
const points: readonly Point[] = [
  [58, 72],
  [94, 72],
  [76, 92],
  [62, 112],
  [91, 112],
];

describe("experiments: identity judges", () => {
  let folder: string;
  let judges: IdentityJudges;
  const at = (name: string) => path.join(folder, name);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "judges-"));
    await writeFile(at("light.onnx"), meanEmbedding(128, 1));
    await writeFile(at("light.json"), '{ "kind": "lightcnn" }');
    await writeFile(at("evolve.onnx"), meanEmbedding(112, 3));
    await writeFile(at("evolve.json"), '{ "kind": "evolve", "mean": 0, "use": "loss" }');
    judges = await openIdentityJudges([`LightCNN=${at("light.onnx")}`, at("evolve.onnx")]);
  });
  after(async () => {
    await judges.dispose();
    await rm(folder, { recursive: true });
  });

  it("are a user's networks by the names that tables shall have, or by their files' names", async () => {
    assert.deepEqual(judges.names, ["LightCNN", "evolve"]);
    const { LightCNN, evolve } = await judges.embed(picture(0.2, 0.4, 0.6), points);
    assert.equal(LightCNN.length, 1);
    assert.ok(Math.abs(LightCNN[0] - (0.299 * 0.2 + 0.587 * 0.4 + 0.114 * 0.6)) < 1e-3, `${LightCNN}`);
    assert.deepEqual(
      [...evolve].map((value) => Math.round((1000 * value) / evolve[0])),
      [1000, 2000, 3000],
    );
  });

  it("give cosines of each picture laid over the photo, and of the face under another's light to its own", async () => {
    const everywhere = { mask: new Uint8Array(side * side).fill(1) };
    const photo = { image: picture(0.6, 0.8, 0), points };
    const pictures = { coarse: picture(0.6, 0, 0), detailed: picture(0.6, 0.8, 0) };
    const terms = await judges.judge(photo, everywhere, pictures, picture(0, 0, 0.5));
    const found = (name: string) => Math.round(1000 * terms[`${name}.evolve`]) / 1000;
    assert.deepEqual([found("coarse"), found("detailed"), found("swapped")], [0.6, 1, 0]);
    // What the mask leaves out is the photo's own.
    const nowhere = { mask: new Uint8Array(side * side) };
    assert.equal((await judges.judge(photo, nowhere, pictures))["coarse.evolve"], 1);
  });

  it("say in one line which of them was used in a loss", () => {
    assert.equal(judges.warnings.length, 1);
    assert.match(judges.warnings[0], /^Judge evolve is used in losses/);
  });

  it("are refused in one line where there is none, where its file lacks its facts, and where two have one name", async () => {
    const refused = (names: readonly string[], pattern: RegExp) =>
      assert.rejects(openIdentityJudges(names), (error: Error) => {
        assert.ok(error instanceof InputError && !error.message.includes("\n"), `${error}`);
        assert.match(error.message, pattern);
        return true;
      });
    await refused(["facenet"], /^--set judges: expected .*faceres.*Name=file\.onnx, got "facenet"\.$/);
    await refused(["Mine=facenet"], /got "Mine=facenet"/);
    await refused([at("none.onnx")], /none\.onnx: expected a recognition network/);
    await writeFile(at("bare.onnx"), meanEmbedding(112, 3));
    await refused([at("bare.onnx")], /bare\.json: expected a file that says what the network reads/);
    await refused([`A=${at("light.onnx")}`, `A=${at("evolve.onnx")}`], /got "A" twice/);
    await refused([`psnr=${at("light.onnx")}`], /got "psnr" twice/);
  });
});
