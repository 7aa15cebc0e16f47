/** What each pixel of a synthetic sample shows, in the classes of the face parser. */
import { faceParserClasses } from "rerenderable/face";
import { type Material, materials } from "../synthetic/geometry/mesh-part.js";
import type { TruthMaps } from "../synthetic/render/truth-maps.js";

type ClassName = (typeof faceParserClasses)[number];

const ofMaterial: Readonly<Record<Material, ClassName>> = {
  face: "eye or inner mouth", // where it is no skin
  skin: "other skin",
  hair: "hair",
  teeth: "eye or inner mouth",
  tongue: "eye or inner mouth",
  frame: "spectacles",
  lens: "spectacles",
  cloth: "background",
};

const numbers = materials.map((material) => faceParserClasses.indexOf(ofMaterial[material]));
const [background, facialSkin] = [
  faceParserClasses.indexOf("background"),
  faceParserClasses.indexOf("facial skin"),
];

/** @returns numbers of `faceParserClasses`, [S * S] */
export function classMap({ material, skin }: Pick<TruthMaps, "material" | "skin">): Uint8Array {
  return material.map((value, p) => (skin[p] ? facialSkin : value === 0 ? background : numbers[value - 1]));
}
