/** Writes a textured face as binary glTF 2.0: one mesh, one matte material, the texture inside. */
import { Document, Primitive, TextureInfo, WebIO } from "@gltf-transform/core";
import { checkMesh, type MeshArrays, metresPerUnit, unitNormals } from "./mesh-arrays.js";

export interface GlbOptions extends MeshArrays {
  /** PNG bytes, sRGB. */
  readonly texture: Uint8Array;
  /** Name of the node, the mesh and the material. */
  readonly name: string;
  /** Plain data kept with the mesh, for example the light that was taken out of the albedo. */
  readonly extras?: Readonly<Record<string, unknown>>;
}

/**
 * @returns the bytes of a `.glb`, in metres
 * @throws Error when array lengths disagree, a number is not finite or the texture is not a PNG
 * @example
 * ```ts
 * import { encodeGlb, encodePng, type MorphableModel, type Reconstruction } from "rerenderable";
 *
 * async function glbOf({ data: { uvs, triangles } }: MorphableModel, result: Reconstruction) {
 *   const mesh = { positions: result.vertices, normals: result.normals, uvs, triangles: Uint32Array.from(triangles) };
 *   return encodeGlb({ ...mesh, texture: await encodePng(result.maps.albedo), name: "face" });
 * }
 * ```
 */
export async function encodeGlb({ texture, name, extras = {}, ...mesh }: GlbOptions): Promise<Uint8Array> {
  checkMesh("encodeGlb", mesh);
  if (!pngSignature.every((byte, i) => texture[i] === byte)) {
    throw new Error("encodeGlb: `texture` should be the bytes of a PNG but does not begin like one.");
  }
  const document = new Document();
  document.getRoot().getAsset().generator = "rerenderable";
  const buffer = document.createBuffer();
  const accessor = (type: "SCALAR" | "VEC2" | "VEC3", array: Float32Array | Uint16Array | Uint32Array) =>
    document.createAccessor().setType(type).setArray(array).setBuffer(buffer);

  const image = document.createTexture(name).setImage(texture).setMimeType("image/png");
  const material = document
    .createMaterial(name)
    .setBaseColorTexture(image)
    .setMetallicFactor(0)
    .setRoughnessFactor(0.7)
    .setDoubleSided(false);
  // Beyond the map's border there is no face; a repeated texture would bring in the opposite side.
  material
    .getBaseColorTextureInfo()!
    .setWrapS(TextureInfo.WrapMode.CLAMP_TO_EDGE)
    .setWrapT(TextureInfo.WrapMode.CLAMP_TO_EDGE);
  const primitive = document
    .createPrimitive()
    .setMode(Primitive.Mode.TRIANGLES)
    .setAttribute(
      "POSITION",
      accessor(
        "VEC3",
        mesh.positions.map((value) => value * metresPerUnit),
      ),
    )
    .setAttribute("NORMAL", accessor("VEC3", unitNormals(mesh.normals)))
    .setAttribute("TEXCOORD_0", accessor("VEC2", mesh.uvs.slice()))
    .setIndices(accessor("SCALAR", shortestIndices(mesh)))
    .setMaterial(material);
  const node = document.createNode(name).setMesh(
    document
      .createMesh(name)
      .addPrimitive(primitive)
      .setExtras({ ...extras }),
  );
  const scene = document.createScene(name).addChild(node);
  document.getRoot().setDefaultScene(scene);
  return new WebIO().writeBinary(document);
}

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The smallest type that holds the indices. glTF reserves the largest number of each type. */
function shortestIndices({ positions, triangles }: MeshArrays): Uint16Array | Uint32Array {
  return positions.length / 3 <= 65535 ? Uint16Array.from(triangles) : triangles.slice();
}
