/**
 * The explorer's server: the page and the answers to its requests, on the loopback only.
 *
 *     GET  /  /page/<file>                      the page, from a table in memory
 *     GET  /api/state                           controls, and the faces that are loaded
 *     POST /api/upload?name=  /portrait  /person  a face: the photo's bytes, nothing, a seed
 *     POST /api/picture                         PNG of a face with chosen shape, albedo and light; 204 where a newer one was asked for
 *     GET  /api/map/<face>/<version>/<name>     PNG of a stage
 *     POST /api/compare  /api/glb  /api/config  another setting's figures; a GLB; the setting as a file
 *     POST /api/training  /api/training/stop    a live training
 *     GET  /api/training/<name>                 PNG of its last preview
 *     GET  /api/events                          server-sent events: see announcements.ts
 */
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type ServerType } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { streamSSE } from "hono/streaming";
import { InputError } from "rerenderable";
import { oneAtATime, parseJson } from "rerenderable/base";
import type { z } from "zod";
import { answerError } from "./answer-error.js";
import { pageControls } from "./controls.js";
import { describeFace } from "./describe-face.js";
import { guard, pageHeaders } from "./guard.js";
import { previewNames } from "./live-training.js";
import { readPageFiles } from "./page-files.js";
import { settingFile } from "./setting-file.js";
import { largestUpload, shownName } from "./upload.js";
import { openWorkshop, type Workshop } from "./workshop.js";

export interface Explorer {
  readonly url: string;
  readonly workshop: Workshop;
  close(): Promise<void>;
}

/** The only address on which the server listens. */
const loopback = "127.0.0.1";
/** Most bytes of a request that is no photo. */
const largestRequest = 64 * 1024;

/**
 * @param port 0 for any free port
 * @throws InputError if the port cannot be used
 */
export async function startExplorer(port: number, uvSize?: number): Promise<Explorer> {
  const app = new Hono();
  let ready = false;
  const early = () => new Response("The explorer is still loading its models.\n", { status: 503 });
  const server = createAdaptorServer({ fetch: (...args) => (ready ? app.fetch(...args) : early()) });
  const listening = () => (server.address() as AddressInfo).port;
  // Before the models are loaded, which takes seconds.
  await listen(server, port);
  const workshop = await openWorkshop(uvSize);
  app.use(pageHeaders, guard(listening));
  await servePage(app);
  serveFaces(app, workshop);
  serveTraining(app, workshop);
  app.notFound((context) => context.json({ error: "There is nothing at this address." }, 404));
  app.onError((error, context) => answerError(error, context));
  ready = true;
  return {
    url: `http://${loopback}:${listening()}/`,
    workshop,
    async close() {
      await workshop.dispose();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
    },
  };
}

function listen(server: ServerType, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why: Record<string, string> = {
        EADDRINUSE: `${port}, which another program uses`,
        EACCES: `${port}, which this user may not listen to`,
      };
      reject(new InputError("--port", "a port that is free", why[error.code ?? ""] ?? error.message));
    });
    server.listen(port, loopback, () => resolve());
  });
}

async function servePage(app: Hono): Promise<void> {
  const files = await readPageFiles();
  const send = (context: Context, name: string) => {
    const file = files.get(name);
    return file ? context.body(file.text, 200, { "Content-Type": file.type }) : context.notFound();
  };
  app.get("/", (context) => send(context, "index.html"));
  app.get("/page/:file", (context) => send(context, context.req.param("file")));
}

function serveFaces(app: Hono, workshop: Workshop): void {
  const { schemas, shelf } = workshop;
  const small = limit(largestRequest, "a request of at most 64 KB");
  const photo = limit(largestUpload, `a photo of at most ${largestUpload / 2 ** 20} MB`);
  app.get("/api/state", (context) =>
    context.json({ controls: pageControls(workshop.model), faces: shelf.all().map(describeFace) }),
  );
  app.post("/api/upload", photo, async (context) => {
    const bytes = new Uint8Array(await context.req.arrayBuffer());
    return context.json(describeFace(await workshop.upload(shownName(context.req.query("name")), bytes)));
  });
  app.post("/api/portrait", small, async (context) => context.json(describeFace(await workshop.portrait())));
  app.post("/api/person", small, async (context) =>
    context.json(describeFace(await workshop.person(await checked(context, schemas.person)))),
  );
  app.post("/api/picture", small, async (context) => {
    const png = await workshop.picture(await checked(context, schemas.picture));
    return png ? picture(context, png) : context.body(null, 204);
  });
  app.get("/api/map/:face/:version/:name", async (context) => {
    const { face, version, name } = context.req.param();
    const asked = schemas.glb.shape.version.parse(version);
    const png = await workshop.stageMap(face, asked, name);
    return png ? picture(context, png) : context.notFound();
  });
  app.post("/api/compare", small, async (context) =>
    context.json(await workshop.compare(await checked(context, schemas.comparison))),
  );
  app.post("/api/glb", small, async (context) => {
    const glb = await workshop.glb(await checked(context, schemas.glb));
    return context.body(glb as Uint8Array<ArrayBuffer>, 200, { "Content-Type": "model/gltf-binary" });
  });
  app.post("/api/config", small, async (context) =>
    context.body(settingFile(await checked(context, schemas.config)), 200, {
      "Content-Type": "application/json",
    }),
  );
}

function serveTraining(app: Hono, workshop: Workshop): void {
  const { schemas, announcements } = workshop;
  const small = limit(largestRequest, "a request of at most 64 KB");
  app.post("/api/training", small, async (context) => {
    workshop.train(await checked(context, schemas.training));
    return context.json({});
  });
  app.post("/api/training/stop", small, (context) => {
    workshop.stopTraining();
    return context.json({});
  });
  app.get("/api/training/:name", (context) => {
    const name = previewNames.find((one) => one === context.req.param("name"));
    const png = name && workshop.preview(name);
    return png ? picture(context, png) : context.notFound();
  });
  app.get("/api/events", (context) =>
    streamSSE(context, async (stream) => {
      // They must not mix if the page is slow.
      const inTurn = oneAtATime();
      void inTurn(() => stream.writeSSE({ event: "hello", data: "{}" }));
      const forget = announcements.listen(({ kind, ...data }) => {
        void inTurn(() => stream.writeSSE({ event: kind, data: JSON.stringify(data) }));
      });
      await new Promise<void>((resolve) => stream.onAbort(resolve));
      forget();
    }),
  );
}

function picture(context: Context, png: Uint8Array) {
  const headers = { "Content-Type": "image/png", "Cache-Control": "no-store" };
  return context.body(png as Uint8Array<ArrayBuffer>, 200, headers);
}

function limit(maxSize: number, expected: string) {
  return bodyLimit({
    maxSize,
    onError: (context) => context.json({ error: `Too large: expected ${expected}, got more.` }, 413),
  });
}

/** A form of another page can send text, but it cannot send JSON with the type of JSON. */
async function checked<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  if (!/^application\/json\b/.test(context.req.header("content-type") ?? "")) {
    throw new InputError("Content-Type", "application/json", "another");
  }
  const text = await context.req.text();
  let body: unknown;
  try {
    body = parseJson(text);
  } catch {
    throw new InputError("request", "JSON", "something else");
  }
  return schema.parse(body);
}
