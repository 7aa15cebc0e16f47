/** What the page may ask for, checked as it comes in: names from lists, numbers in ranges, and nothing else. */
import {
  coefficientSizes,
  fittingMethods,
  type LightName,
  type MorphableModelData,
  namedLights,
} from "rerenderable";
import { environmentLightNames } from "rerenderable/graphics";
import { z } from "zod";
import {
  type Control,
  lightControls,
  poseControls,
  refineControls,
  shapeControls,
  type WeightName,
  weightControls,
} from "./controls.js";
import { sides } from "./loaded-face.js";

const faceId = z.string().regex(/^[\w-]{1,40}$/);

/** How far a number may lie beside its range, because it is rounded on the way to the page and back. */
const slack = 1e-3;
const inRange = ({ least, most }: Control) =>
  z
    .number()
    .min(least - slack)
    .max(most + slack);

function record<K extends string>(controls: readonly Control[]) {
  const shape = Object.fromEntries(controls.map((control) => [control.key, inRange(control)]));
  return z.strictObject(shape as Record<K, z.ZodNumber>);
}

function vector(controls: readonly Control[], size: number) {
  return z
    .array(z.number())
    .length(size)
    .superRefine((values, context) => {
      const bad = values.findIndex((value, i) => {
        const { least, most } = controls[i];
        return !(value >= least - slack && value <= most + slack);
      });
      if (bad < 0) return;
      const { least, most, key } = controls[bad];
      context.addIssue({ code: "custom", message: `${key}: expected a number from ${least} to ${most}` });
    });
}

const weights = record<WeightName>(weightControls);

const setting = z.strictObject({
  prior: z.enum(fittingMethods),
  steps: z.int().min(refineControls[0].least).max(refineControls[0].most),
  learningRate: z.number().min(1e-6).max(1e-2),
  weights,
});

export type Setting = z.infer<typeof setting>;

const light = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["detailed", "coarse"]), of: faceId }),
  z.strictObject({ kind: z.literal("made"), name: z.enum(Object.keys(namedLights) as [LightName]) }),
  z.strictObject({ kind: z.literal("surroundings"), name: z.enum(environmentLightNames) }),
  record<"azimuth" | "elevation" | "strength" | "ambient" | "warmth">(lightControls).extend({
    kind: z.literal("far"),
  }),
]);

/** The schemas of all requests. Sizes and ranges of coefficients are the model's. */
export function requestSchemas(data: MorphableModelData) {
  const { identity, expression } = coefficientSizes;
  const shape = z.strictObject({
    identity: vector(shapeControls("identity", data), identity),
    expression: vector(shapeControls("expression", data), expression),
    angles: vector(poseControls.slice(0, 3), 3),
    translation: vector(poseControls.slice(3), 3),
  });
  return {
    person: z.strictObject({ seed: z.int().min(0).max(999_999) }),
    picture: z.strictObject({
      /** Which picture of which page. Of several requests for one picture only the newest is drawn. */
      view: z.string().regex(/^[\w-]{1,60}$/),
      face: faceId,
      /** Which results: those of the loading, or a side of the comparison. */
      version: z.enum(["loaded", ...sides]),
      albedo: z.strictObject({ kind: z.enum(["detailed", "prior", "white"]), of: faceId }),
      light,
      /** The face's own shape if left out. */
      shape: shape.optional(),
      /** Whether the picture is laid over the photo. */
      over: z.boolean(),
    }),
    comparison: z.strictObject({ face: faceId, side: z.enum(sides), setting }),
    training: z.strictObject({ face: faceId, other: faceId.nullable(), setting }),
    glb: z.strictObject({
      face: faceId,
      version: z.enum(["loaded", ...sides]),
      identity: shape.shape.identity,
      expression: shape.shape.expression,
    }),
    config: z.strictObject({ experiment: z.enum(["evaluate-detail", "training"]), setting }),
  };
}

export type Requests = {
  readonly [K in keyof ReturnType<typeof requestSchemas>]: z.infer<ReturnType<typeof requestSchemas>[K]>;
};
