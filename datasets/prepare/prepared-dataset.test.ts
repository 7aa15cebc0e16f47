import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { InputError } from "rerenderable";
import { encodeSafetensors } from "rerenderable/base";
import { openDataset } from "./prepared-dataset.js";
import { decodePrepared } from "./prepared-file.js";

describe("datasets/prepare/prepared-dataset", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "prepared-"));
    await put("dataset.json", '{"name":"a","store":"store","side":8}');
    await put("index.jsonl", '{"id":"a.jpg","key":"00","accepted":true,"sha256":"0"}\n');
  });
  afterEach(() => rm(folder, { recursive: true }));
  const put = (name: string, text: string) => writeFile(path.join(folder, name), text);

  async function assertRefused(pattern: RegExp) {
    await assert.rejects(openDataset({ folder }), (error: unknown) => {
      assert.ok(error instanceof InputError, `${error}`);
      assert.match(error.message, pattern);
      return true;
    });
  }

  it("opens what is whole", async () => {
    assert.deepEqual((await openDataset({ folder })).size, 1);
  });

  it("refuses a description that is damaged or of something else, in one line", async () => {
    for (const text of ['{"name":"a","sto', "null", '{"name":"a","store":3,"side":8}']) {
      await put("dataset.json", text);
      await assertRefused(
        /dataset\.json: expected name, store and side of a prepared data set, as JSON, got/,
      );
    }
  });

  it("refuses a damaged line of the index, by its number", async () => {
    for (const line of ['{"id":"b.j', "7", '{"id":"b.jpg","accepted":1}']) {
      await put("index.jsonl", `{"id":"a.jpg","key":"00","accepted":true,"sha256":"0"}\n${line}\n`);
      await assertRefused(/index\.jsonl: expected a photo's id, key and outcome .*, got another line 2\.$/);
    }
  });

  it("refuses a photo whose tensors or texts do not fit each other", () => {
    const u8 = (...shape: number[]) => {
      const values = new Uint8Array(shape.reduce((product, size) => product * size, 1));
      return { dtype: "U8", shape, values } as const;
    };
    const points = { dtype: "F32", shape: [2, 2], values: new Float32Array(4) } as const;
    const texts = { toCrop: "{}", measures: "{}" };
    const decode = (mask: ReturnType<typeof u8>, metadata: Record<string, string>) =>
      decodePrepared(encodeSafetensors({ image: u8(4, 4, 3), mask, points }, metadata), "a.safetensors");
    assert.equal(decode(u8(4, 4), texts).points.length, 2);
    assert.throws(() => decode(u8(4, 3), texts), /^InputError: a\.safetensors: expected `image` .*\[4,3\]/);
    assert.throws(
      () => decode(u8(4, 4), { toCrop: "{}" }),
      /expected `measures` as JSON in the header, got none/,
    );
  });
});
