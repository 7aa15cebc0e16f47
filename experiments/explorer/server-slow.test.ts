/** The explorer over HTTP: what it answers, and what it refuses. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { WebIO } from "@gltf-transform/core";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "rerenderable";
import sharp from "sharp";
import { evaluateDetail } from "../evaluate-detail/config.js";
import { evaluateDetailSettings } from "../evaluate-detail/settings.js";
import { noise, portrait } from "../run/run-program.js";
import { detailTrainingSettings } from "../train-detail/settings.js";
import { smoke } from "../train-detail/smoke.js";
import { type Explorer, startExplorer } from "./server.js";

const far = { kind: "far", azimuth: 40, elevation: 30, strength: 0.8, ambient: 0.25, warmth: 0 } as const;
// One face has no partner: the page has no slider for pairs.
const { albedoPair: _, ...weights } = evaluateDetail.settings.refine.losses.weights;
const setting = { prior: "fit", steps: 1, learningRate: 1e-4, weights };

describe("experiments/explorer/server", () => {
  let explorer: Explorer;
  before(async () => {
    await prepareEngine("wasm");
    explorer = await startExplorer(0, 64);
  });
  after(() => explorer.close());

  const at = (path: string) => new URL(path, explorer.url);
  const post = (path: string, body: unknown, headers = {}) =>
    fetch(at(path), {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const upload = (bytes: Uint8Array, name = "mine.png") =>
    fetch(at(`/api/upload?name=${encodeURIComponent(name)}`), {
      method: "POST",
      body: bytes as Uint8Array<ArrayBuffer>,
    });
  const ask = (changes = {}) => ({
    view: "test",
    face: "portrait",
    version: "loaded",
    albedo: { kind: "detailed", of: "portrait" },
    light: far,
    over: false,
    ...changes,
  });
  const pixels = async (response: Response) => {
    assert.equal(response.status, 200, await response.clone().text());
    return sharp(Buffer.from(await response.arrayBuffer()))
      .raw()
      .toBuffer({ resolveWithObject: true });
  };
  const meanOf = (data: Buffer, from: number, to: number) => {
    let sum = 0;
    for (let y = 60; y < 170; y++) for (let x = from; x < to; x++) sum += data[3 * (224 * y + x)];
    return sum / (110 * (to - from));
  };
  /** Whatever the path is, as it is: `fetch` would tidy it. */
  const raw = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const { hostname, port } = new URL(explorer.url);
      const sent = request({ hostname, port, path, method, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode!, text }));
      });
      sent.on("error", reject).end();
    });

  describe("faces and pictures", () => {
    it("reconstructs the bundled portrait, once, and shows each stage", async () => {
      const face = await (await post("/api/portrait", {})).json();
      assert.equal(face.id, "portrait");
      assert.ok(face.figures.pictures["R(A′, L′)"].psnr > face.figures.pictures["R(A, L)"].psnr);
      for (const { name, alt } of face.maps) {
        const { info } = await pixels(await fetch(at(`/api/map/portrait/loaded/${name}`)));
        assert.ok([64, 224].includes(info.width), name);
        assert.ok(alt.length > 20);
      }
      assert.equal((await (await fetch(at("/api/state"))).json()).faces.length, 1);
      const kept = explorer.workshop.shelf.get("portrait");
      assert.equal((await (await post("/api/portrait", {})).json()).id, "portrait");
      assert.equal(explorer.workshop.shelf.get("portrait"), kept, "the second time it is there already");
      assert.equal((await fetch(at("/api/map/portrait/loaded/true-albedo"))).status, 404);
    });

    it("lights the side that the light comes from, turns the head, and lays the face over the photo", async () => {
      const right = await pixels(await post("/api/picture", ask({ light: { ...far, azimuth: 70 } })));
      const left = await pixels(await post("/api/picture", ask({ light: { ...far, azimuth: -70 } })));
      assert.deepEqual([right.info.width, right.info.height, right.info.channels], [224, 224, 3]);
      assert.ok(meanOf(right.data, 120, 150) > meanOf(left.data, 120, 150) + 5);
      assert.ok(meanOf(left.data, 70, 100) > meanOf(right.data, 70, 100) + 5);
      const { shape } = (await (await post("/api/portrait", {})).json()) as { shape: { angles: number[] } };
      const same = await pixels(await post("/api/picture", ask({ shape, light: { ...far, azimuth: 70 } })));
      assert.deepEqual(same.data, right.data);
      const turned = await pixels(
        await post("/api/picture", ask({ shape: { ...shape, angles: [0, 0.8, 0] } })),
      );
      assert.notDeepEqual(turned.data, right.data);
      const grey = await pixels(
        await post("/api/picture", ask({ albedo: { kind: "white", of: "portrait" } })),
      );
      const lit = { kind: "detailed", of: "portrait" };
      const own = await pixels(
        await post("/api/picture", ask({ albedo: { kind: "white", of: "portrait" }, light: lit })),
      );
      for (const { data } of [grey, own]) assert.ok(meanOf(data, 90, 130) > 30);
      const over = await pixels(await post("/api/picture", ask({ over: true })));
      const input = await pixels(await fetch(at("/api/map/portrait/loaded/input")));
      assert.deepEqual(over.data.subarray(0, 300), input.data.subarray(0, 300));
    });

    it("draws a person from the model, who wears albedo and light of the portrait, and knows the truth", async () => {
      const person = await (await post("/api/person", { seed: 3 })).json();
      assert.equal(person.id, "person-3");
      assert.ok(person.maps.some(({ name }: { name: string }) => name === "true-albedo"));
      const own = await pixels(await post("/api/picture", ask({ face: person.id, light: far })));
      const swapped = ask({
        face: person.id,
        albedo: { kind: "detailed", of: person.id },
        light: { kind: "detailed", of: "portrait" },
      });
      assert.notDeepEqual((await pixels(await post("/api/picture", swapped))).data, own.data);
    });

    it("takes a photo by its bytes, whatever its name says, and finds it again", async () => {
      const bytes = await readFile(portrait);
      const face = await (await upload(bytes, "../../a photo.txt")).json();
      assert.match(face.id, /^[0-9a-f]{16}$/);
      assert.equal(face.name, "a photo.txt");
      assert.equal((await (await upload(bytes)).json()).id, face.id);
    });

    it("draws the newest of a view alone, while older requests of it wait", async () => {
      // Many, as a fast machine draws some of them before the next comes.
      const all = Array.from({ length: 60 }, (_, i) =>
        post("/api/picture", ask({ light: { ...far, azimuth: i } })),
      );
      const statuses = (await Promise.all(all)).map(({ status }) => status);
      assert.ok(statuses.includes(204), `${statuses}`);
      assert.ok(statuses.includes(200) && statuses.every((status) => status === 200 || status === 204));
    });

    it("saves the face as a GLB that reads back", async () => {
      const { shape } = await (await post("/api/portrait", {})).json();
      const { identity, expression } = shape;
      const response = await post("/api/glb", { face: "portrait", version: "loaded", identity, expression });
      assert.equal(response.headers.get("content-type"), "model/gltf-binary");
      const document = await new WebIO().readBinary(new Uint8Array(await response.arrayBuffer()));
      assert.equal(document.getRoot().listMeshes()[0].getName(), "face");
    });
  });

  describe("settings", () => {
    it("compares another setting, whose maps stand beside those of the first", async () => {
      const { figures } = await (await post("/api/compare", { face: "portrait", side: "a", setting })).json();
      assert.ok(figures.pictures["R(A′, L′)"].psnr > 20);
      await pixels(await fetch(at("/api/map/portrait/a/detailed")));
      await pixels(await post("/api/picture", ask({ version: "a" })));
      assert.equal((await fetch(at("/api/map/portrait/b/detailed"))).status, 422);
    });

    it("saves a file that the configs take", async () => {
      for (const [experiment, config, schema] of [
        ["evaluate-detail", evaluateDetail, evaluateDetailSettings],
        ["training", smoke, detailTrainingSettings],
      ] as const) {
        const changed = { ...setting, weights: { ...weights, image: 3 } };
        const file = await (await post("/api/config", { experiment, setting: changed })).json();
        const merged = merge(config.settings, file.settings);
        const checked = schema.parse(merged) as { losses?: object; refine?: object };
        assert.match(JSON.stringify(checked.losses ?? checked.refine), /"image":3\b/);
        assert.notDeepEqual(merged, config.settings);
      }
    });

    it("trains live, tells each step and its pictures, stops when it is asked, and leaves no tensor", async () => {
      const before = tf.memory().numTensors;
      const heard = listen(at("/api/events"));
      await heard.until("hello");
      const start = { face: "portrait", other: null, setting: { ...setting, steps: 50 } };
      assert.equal((await post("/api/training", start)).status, 200);
      const again = await post("/api/training", start);
      assert.deepEqual(
        [again.status, (await again.json()).error],
        [422, "training: expected none under way (stop it first), got one that runs."],
      );
      const { step, terms } = await heard.until("step");
      assert.equal(step, 1);
      assert.ok(Number.isFinite(terms.total) && terms.image > 0);
      assert.equal((await post("/api/picture", ask())).status, 200, "pictures go between the steps");
      await pixels(await fetch(at("/api/training/detailed")));
      await post("/api/training/stop", {});
      const end = await heard.until("end");
      assert.equal(end.why, "stopped");
      assert.ok(end.step < 50);
      await heard.close();
      await explorer.workshop.turns.take(async () => {});
      assert.equal(tf.memory().numTensors, before);
    });
  });

  describe("what it refuses", () => {
    it("is a photo without a face, a corrupt one, and what is no photo, each in one line", async () => {
      const whole = await readFile(portrait);
      for (const [bytes, pattern] of [
        [noise(300, 200), /^mine\.png: expected a face/],
        [whole.subarray(0, 9000), /^mine\.png: expected a whole photo, got a damaged or cut-off file/],
        [
          Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"),
          /^mine\.png: expected a photo \(JPEG.*got another kind of file\.$/,
        ],
        [noise(20, 20), /expected a photo of at least 64 px on each side/],
      ] as const) {
        const response = await upload(bytes);
        const { error } = await response.json();
        assert.deepEqual([response.status, error.includes("\n")], [422, false]);
        assert.match(error, pattern);
      }
    });

    it("is a photo or a request that is too large", async () => {
      const large = await upload(new Uint8Array(21 * 1024 * 1024));
      assert.deepEqual(
        [large.status, (await large.json()).error],
        [413, "Too large: expected a photo of at most 20 MB, got more."],
      );
      assert.equal((await post("/api/picture", { view: "x".repeat(70_000) })).status, 413);
      // In chunks, no header says how much is to come.
      const status = await new Promise<number>((resolve, reject) => {
        const sent = request(at("/api/upload"), { method: "POST" }, (response) => {
          resolve(response.statusCode!);
          sent.destroy();
        });
        sent.on("error", reject);
        for (let i = 0; i < 21; i++) sent.write(Buffer.alloc(2 ** 20));
      });
      assert.equal(status, 413);
      const hollow = await readFile(portrait);
      hollow.writeUInt32BE(30_000, 16);
      hollow.writeUInt32BE(30_000, 20);
      const bomb = await upload(hollow);
      assert.deepEqual([bomb.status, (await bomb.json()).error.includes("\n")], [422, false]);
    });

    it("is a name that is not in a list and a number out of its range", async () => {
      for (const [path, body, pattern] of [
        ["/api/picture", ask({ version: "c" }), /^version: /],
        ["/api/picture", ask({ light: { ...far, azimuth: 900 } }), /^light\.azimuth: /],
        ["/api/picture", ask({ view: "a b" }), /^view: /],
        ["/api/picture", ask({ more: 1 }), /Unrecognized key/],
        ["/api/person", { seed: -1 }, /^seed: /],
        [
          "/api/compare",
          { face: "portrait", side: "a", setting: { ...setting, steps: 5000 } },
          /setting\.steps/,
        ],
        ["/api/glb", { face: "portrait", version: "loaded", identity: [], expression: [] }, /^identity: /],
      ] as const) {
        const response = await post(path, body);
        assert.equal(response.status, 400, path);
        assert.match((await response.json()).error, pattern);
      }
      const unknown = await post("/api/picture", ask({ face: "nobody" }));
      assert.deepEqual(
        [unknown.status, (await unknown.json()).error],
        [
          422,
          "face: expected one of those that are loaded, at most 6 at a time, got another: load it again.",
        ],
      );
    });

    it("is a request of another page, by its Host, its Origin, or what the browser says", async () => {
      const { host, port } = new URL(explorer.url);
      for (const [headers, status] of [
        [{ host }, 200],
        [{ host: `localhost:${port}` }, 200],
        [{ host, origin: `http://${host}` }, 200],
        [{ host: "evil.example" }, 403],
        [{ host: `evil.example:${port}` }, 403],
        [{ host: "127.0.0.1:1" }, 403],
        [{ host, origin: "http://evil.example" }, 403],
        [{ host, origin: "null" }, 403],
        [{ host, origin: `https://${host}` }, 403],
        [{ host, origin: `http://localhost:${port}` }, 403],
        [{ host: `localhost:${port}`, origin: `http://localhost:${port}` }, 200],
        [{ host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }, 403],
        [{ host, "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" }, 403],
        [{ host, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" }, 200],
        // A notebook may frame the page.
        [{ host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }, 200],
      ] as const) {
        const answer = await raw("/api/state", headers);
        assert.equal(answer.status, status, JSON.stringify(headers));
        if (status === 403) assert.match(answer.text, /^\{"error":"[A-Z][\w-]+: expected this server's own/);
      }
      const foreign: Record<string, string>[] = [
        { origin: "http://evil.example" },
        { origin: "null" },
        { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
      ];
      for (const headers of foreign) {
        assert.equal(
          (await raw("/api/training/stop", { host, ...headers }, "POST")).status,
          403,
          JSON.stringify(headers),
        );
      }
      const form = { "Content-Type": "text/plain" };
      assert.match((await (await post("/api/picture", ask(), form)).json()).error, /^Content-Type: expected/);
    });

    it("is every path but its own: none reaches a file", async () => {
      for (const path of [
        "/page/../server.ts",
        "/page/..%2fserver.ts",
        "/page/%2e%2e/%2e%2e/%2e%2e/package.json",
        "/page/tsconfig.json",
        "//etc/passwd",
        "/../../../../etc/passwd",
        "/api/map/..%2f..%2fetc/loaded/passwd",
        "/api/map/portrait/loaded/..%2f..%2fpackage.json",
        "/api/map/portrait/loaded/..%252f..%252fpackage.json",
        "/api/map/portrait/loaded/%ff",
        "/api/training/..%2f..%2fpackage.json",
      ]) {
        const { status, text } = await raw(path);
        assert.ok(status === 404 || status === 422, `${path}: ${status}`);
        assert.match(text, /^\{"error":/);
      }
    });

    it("is anything but the page's own scripts, styles and pictures, by its policy", async () => {
      for (const path of ["/", "/page/app.js", "/api/state", "/nothing"]) {
        const { headers } = await fetch(at(path));
        assert.equal(
          headers.get("content-security-policy"),
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; " +
            "base-uri 'none'; form-action 'none'; frame-ancestors 'self' http://localhost:* http://127.0.0.1:*",
        );
        assert.equal(headers.get("x-content-type-options"), "nosniff");
        assert.equal(headers.get("referrer-policy"), "no-referrer");
        assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
        assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
        assert.equal(headers.get("access-control-allow-origin"), null);
      }
      const page = await (await fetch(explorer.url)).text();
      assert.doesNotMatch(page, /style="|<script>|\son\w+="|src="http/);
    });

    it("is another machine: it listens to the loopback alone", async function () {
      if (process.platform !== "linux") this.skip(); // which alone has all of 127.0.0.0/8
      const { port } = new URL(explorer.url);
      // Elsewhere the port is still free.
      await new Promise<void>((resolve, reject) => {
        const server = createServer().on("error", reject);
        server.listen(Number(port), "127.0.0.2", () => server.close(() => resolve()));
      });
    });

    it("is a port that is taken, in one line", async () => {
      const port = Number(new URL(explorer.url).port);
      await assert.rejects(startExplorer(port, 64), {
        name: "InputError",
        message: `--port: expected a port that is free, got ${port}, which another program uses.`,
      });
    });
  });

  // In a suite of its own, since what stands outside of one runs first.
  describe("in the long run", () => {
    it("is after 200 requests what it was before: memory, tensors, listeners, handles", async () => {
      setFlagsFromString("--expose_gc");
      const collect: () => void = runInNewContext("gc");
      const angles = (i: number) => [0, 0.001 * i, 0];
      const { shape } = await (await post("/api/portrait", {})).json();
      const kinds = [
        [200, (i: number) => post("/api/picture", ask({ light: { ...far, azimuth: (7 * i) % 180 } }))],
        [200, (i: number) => post("/api/picture", ask({ shape: { ...shape, angles: angles(i) } }))],
        [200, () => fetch(at("/api/map/portrait/loaded/albedo"))],
        [422, () => upload(Buffer.from("no photo"))],
        [404, () => fetch(at("/nothing"))],
      ] as const;
      const round = async (i: number) => {
        const [status, send] = kinds[i % kinds.length];
        const response = await send(i);
        await response.arrayBuffer();
        assert.equal(response.status, status);
      };
      const hear = async () => {
        const heard = listen(at("/api/events"));
        await heard.until("hello");
        await heard.close();
      };
      const measure = () => {
        collect();
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        return {
          megabytes: (heapUsed + arrayBuffers) / 2 ** 20,
          tensors: tf.memory().numTensors,
          listening: explorer.workshop.announcements.size,
          listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
          handles: process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0,
        };
      };
      // Connections end some time after their requests: the same twice is what stays.
      const measureAtRest = async () => {
        for (let last = measure(); ; ) {
          await new Promise((resolve) => setTimeout(resolve, 300));
          const now = measure();
          if (now.listening === last.listening && now.handles === last.handles) return now;
          last = now;
        }
      };
      await hear();
      for (let i = 0; i < 50; i++) await round(i);
      const before = await measureAtRest();
      for (let i = 0; i < 200; i++) {
        await round(i);
        if (i % 50 === 0) await hear();
      }
      const { megabytes, handles, ...after } = await measureAtRest();
      const { megabytes: first, handles: firstHandles, ...others } = before;
      assert.deepEqual(after, others);
      // Connections that are kept open come and go.
      assert.ok(Math.abs(handles - firstHandles) <= 4, `${firstHandles} to ${handles} handles`);
      assert.ok(megabytes < first + 8, `${first} to ${megabytes} MB`);
    });
  });
});

/** Settings with some of them changed. */
function merge(settings: object, part: object): object {
  const changed: Record<string, unknown> = { ...settings };
  for (const [key, value] of Object.entries(part)) {
    assert.ok(key in changed, key);
    changed[key] = typeof value === "object" ? merge(changed[key] as object, value) : value;
  }
  return changed;
}

/** Server-sent events, as they come. */
function listen(url: URL) {
  const controller = new AbortController();
  const said: { kind: string; data: string }[] = [];
  let tell = () => {};
  const ended = (async () => {
    const response = await fetch(url, { signal: controller.signal });
    let text = "";
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      const whole = text.split("\n\n");
      text = whole.pop()!;
      for (const one of whole) {
        const [, kind] = /^event: (.*)$/m.exec(one)!;
        said.push({ kind: kind, data: /^data: (.*)$/m.exec(one)![1] });
      }
      tell();
    }
  })().catch(() => {});
  return {
    /** The next event of a kind; those before it are passed over. */
    async until(kind: string) {
      for (;;) {
        const next = said.shift();
        if (next?.kind === kind) return JSON.parse(next.data);
        if (next) continue;
        await new Promise<void>((resolve) => {
          tell = resolve;
          if (said.length > 0) resolve();
        });
      }
    },
    async close() {
      controller.abort();
      await ended;
    },
  };
}
