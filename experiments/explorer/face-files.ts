/** Answers requests for a file of a face on the shelf: a picture, a map or a mesh. */
import { encodeGlb, encodePng, InputError, type Reconstruction, type Reconstructor } from "rerenderable";
import { modelFrameMesh } from "../reconstruct/model-frame-mesh.js";
import type { FaceShelf } from "./face-shelf.js";
import type { LoadedFace } from "./loaded-face.js";
import { albedoOf, freeLight, lightOf, type Painter } from "./paint.js";
import type { Requests } from "./requests.js";
import { encodeStageMap, stageMaps } from "./stage-maps.js";
import type { Turns } from "./turns.js";

interface Tools {
  readonly reconstructor: Reconstructor;
  readonly painter: Painter;
  readonly shelf: FaceShelf;
  readonly turns: Turns;
}

type Version = Requests["picture"]["version"];

export function faceFiles({ reconstructor, painter, shelf, turns }: Tools) {
  return {
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
  };
}

function versionOf(face: LoadedFace, version: Version): Reconstruction {
  const result = version === "loaded" ? face.result : face.compared.get(version);
  if (result) return result;
  throw new InputError("version", "a side of the comparison that was computed", `"${version}"`);
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
