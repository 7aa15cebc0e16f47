/** What the explorer does behind its requests: faces, pictures, comparisons, a training; one computation at a time. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
  createReconstructor,
  encodeGlb,
  encodePng,
  type ImageMetrics,
  InputError,
  type Reconstruction,
} from "rerenderable";
import { evaluateDetail } from "../evaluate-detail/config.js";
import { modelFrameMesh } from "../reconstruct/model-frame-mesh.js";
import { createAnnouncements } from "./announcements.js";
import { createFaceShelf } from "./face-shelf.js";
import { type LiveTraining, type PreviewName, startTraining } from "./live-training.js";
import { type LoadedFace, loadFace, loadPerson, reconstructAgain, type Side } from "./loaded-face.js";
import { albedoOf, createPainter, freeLight, lightOf } from "./paint.js";
import { readUpload } from "./photo-kind.js";
import { type Requests, requestSchemas } from "./requests.js";
import { encodeStageMap, stageMaps } from "./stage-maps.js";
import { createTurns } from "./turns.js";

/** Side of the pictures, px. */
const pictureSide = 224;
const portrait = new URL("../../datasets/portraits/astronaut.png", import.meta.url);

type Version = Requests["picture"]["version"];

/** Owns tensors and networks: `dispose()` frees them. */
export type Workshop = Awaited<ReturnType<typeof openWorkshop>>;

/** @param uvSize side of the flat maps */
export async function openWorkshop(uvSize = 256) {
  const reconstructor = await createReconstructor(uvSize);
  const painter = createPainter(reconstructor, pictureSide);
  const shelf = createFaceShelf();
  const turns = createTurns();
  const announcements = createAnnouncements();
  let training: LiveTraining | undefined;
  let runs = false;

  /** Loads a face, unless a face of this id is there already. */
  async function obtain(id: string, load: (onStage: StageListener) => Promise<LoadedFace>) {
    return turns.take(async () => {
      const found = shelf.find(id);
      if (found) return found;
      const face = await load((stage, share) => announcements.say({ kind: "stage", face: id, stage, share }));
      shelf.put(face);
      return face;
    });
  }

  const versionOf = (face: LoadedFace, version: Version): Reconstruction => {
    const result = version === "loaded" ? face.result : face.compared.get(version);
    if (result) return result;
    throw new InputError("version", "a side of the comparison that was computed", `"${version}"`);
  };

  return {
    model: reconstructor.model.data,
    schemas: requestSchemas(reconstructor.model.data),
    shelf,
    announcements,
    turns,
    upload(name: string, bytes: Uint8Array) {
      const id = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
      return obtain(id, async (onStage) =>
        loadFace(reconstructor, id, await readUpload(name, bytes), onStage),
      );
    },
    async portrait() {
      const bytes = await readFile(portrait);
      return obtain("portrait", async (onStage) =>
        loadFace(reconstructor, "portrait", await readUpload("The bundled portrait", bytes), onStage),
      );
    },
    person: ({ seed }: Requests["person"]) =>
      obtain(`person-${seed}`, (onStage) => loadPerson(reconstructor, seed, onStage)),
    /** @returns PNG, undefined if a newer request for the same view came */
    picture(request: Requests["picture"]): Promise<Uint8Array | undefined> {
      return turns.latest(request.view, async () => {
        const { version, albedo, light, over } = request;
        const face = shelf.get(request.face);
        const own = versionOf(face, version);
        // A version belongs to the shown face. Of another face the loaded result is taken.
        const of = (id: string) => (id === face.id ? own : shelf.get(id).result);
        const lit = "of" in light ? lightOf(of(light.of), light.kind) : freeLight(light);
        const picture = await painter.paint({
          shape: shapeOf(request.shape ?? own.fit.coefficients),
          albedo: albedoOf(of(albedo.of), albedo.kind),
          light: lit,
          ...(over && { over: own.pictures.input }),
        });
        return encodePng(picture);
      });
    },
    /** @returns PNG, undefined if the face has no such map */
    async stageMap(id: string, version: Version, name: string): Promise<Uint8Array | undefined> {
      const face = shelf.get(id);
      const image = stageMaps.find((map) => map.name === name)?.image(face, versionOf(face, version));
      return image && encodeStageMap(image);
    },
    compare({ face: id, side, setting }: Requests["comparison"]) {
      return turns.take(async () => {
        const face = shelf.get(id);
        const { prior, steps, learningRate } = setting;
        const losses = { ...evaluateDetail.settings.refine.losses, weights: setting.weights };
        const start = performance.now();
        const result = await reconstructAgain(
          reconstructor,
          face,
          { prior, refine: { steps, learningRate, losses } },
          (stage, share) => announcements.say({ kind: "stage", face: id, stage, share }),
        );
        face.compared.set(side, result);
        return { figures: figuresOf(result), seconds: (performance.now() - start) / 1000 };
      });
    },
    glb({ face: id, version, ...shape }: Requests["glb"]): Promise<Uint8Array> {
      return turns.take(async () => {
        const { fit, maps } = versionOf(shelf.get(id), version);
        const coefficients = { ...fit.coefficients, ...shapeOf({ ...fit.coefficients, ...shape }) };
        const mesh = await modelFrameMesh(reconstructor.model, coefficients);
        const texture = await encodePng(maps.albedo);
        const extras = { coarseLight: Array.from(fit.coefficients.light) };
        return encodeGlb({ ...mesh, texture, name: "face", extras });
      });
    },
    /** @throws InputError if a training runs already */
    train({ face, other, setting }: Requests["training"]) {
      if (runs) throw new InputError("training", "none under way (stop it first)", "one that runs");
      const request = {
        face: shelf.get(face),
        ...(other !== null && other !== face && { other: shelf.get(other) }),
        setting,
      };
      runs = true;
      training = startTraining(reconstructor, turns, announcements, request);
      void training.ended.then(() => {
        runs = false;
      });
    },
    stopTraining() {
      training?.stop();
    },
    preview: (name: PreviewName) => training?.previews.get(name),
    async dispose() {
      training?.stop();
      await training?.ended;
      await turns.take(async () => {
        painter.dispose();
        reconstructor.dispose();
      });
    },
  };
}

type StageListener = Parameters<typeof loadFace>[3];

/** The record of a face that the page gets. */
export function describeFace(face: LoadedFace) {
  const { id, name, result } = face;
  const { identity, expression, angles, translation } = result.fit.coefficients;
  return {
    id,
    name,
    warnings: result.warnings,
    figures: figuresOf(result),
    shape: {
      identity: Array.from(identity),
      expression: Array.from(expression),
      angles: Array.from(angles),
      translation: Array.from(translation),
    },
    maps: stageMaps
      .filter((map) => map.image(face, result))
      .map(({ name, title, says, alt }) => ({ name, title, says, alt })),
    compared: [...face.compared.keys()] satisfies Side[],
  };
}

function figuresOf({ metrics, detail, landmarkError }: Reconstruction) {
  const rows: Record<string, ImageMetrics> = {
    "R(A, L)": metrics.coarse,
    ...(detail && {
      "R(A′, L)": detail.metrics.detailedCoarseLight,
      "R(A′, L′)": detail.metrics.detailed,
    }),
  };
  return { pictures: rows, landmarkError };
}

function shapeOf(
  shape: Readonly<Record<"identity" | "expression" | "angles" | "translation", ArrayLike<number>>>,
) {
  const { identity, expression, angles, translation } = shape;
  return {
    identity: Float32Array.from(identity),
    expression: Float32Array.from(expression),
    angles: Float32Array.from(angles),
    translation: Float32Array.from(translation),
  };
}
