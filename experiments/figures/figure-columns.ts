/** The columns that a figure can have: pictures of a face, by name. */
import { type DetailSample, type InspectedFace, lightDetail, type RgbImage, sampleLight } from "rerenderable";
import { layOver, paintFace } from "rerenderable/face";
import type { TestFace } from "../compare-methods/test-faces.js";

export interface FigureFace {
  readonly test: TestFace;
  readonly sample: DetailSample;
  readonly face: InspectedFace;
  /** The face refined from a white map in place of the prior albedo, if a column or a measure needs it. */
  readonly fromWhite?: InspectedFace;
  /** Returns the next face in the ring, for the columns that show this face under its light. */
  readonly next: () => FigureFace;
}

interface Column {
  readonly caption: string;
  /** True if the refiner does not change the picture, so that the sheet shows it once for all variants. */
  readonly given?: true;
  picture(face: FigureFace): RgbImage | Promise<RgbImage>;
}

const over = (picture: (face: FigureFace) => RgbImage) => (face: FigureFace) =>
  layOver(face.test.image, picture(face), face.sample);

const relit = (seed: number): Column => ({
  caption: "A′ under a light of the prior",
  picture: ({ sample, face }) =>
    paintFace(sample.surface, sample.uvSize, face.maps.detailed.data, sampleLight(seed)),
});

const figureColumns = {
  photo: { caption: "photo", given: true, picture: ({ test }) => test.image },
  "next-photo": { caption: "next face: its light", given: true, picture: ({ next }) => next().test.image },
  texture: { caption: "unwrapped texture T", given: true, picture: ({ face }) => face.maps.texture },
  prior: { caption: "prior albedo A", given: true, picture: ({ face }) => face.maps.prior },
  albedo: { caption: "detailed albedo A′", picture: ({ face }) => face.maps.detailed },
  coarse: { caption: "R(A, L)", given: true, picture: ({ face }) => face.pictures.coarse },
  "coarse-over": {
    caption: "R(A, L) over the photo",
    given: true,
    picture: over(({ face }) => face.pictures.coarse),
  },
  "coarsely-lit": { caption: "R(A′, L)", picture: ({ face }) => face.pictures.coarselyLit },
  "coarsely-lit-over": {
    caption: "R(A′, L) over the photo",
    picture: over(({ face }) => face.pictures.coarselyLit),
  },
  detailed: { caption: "R(A′, L′)", picture: ({ face }) => face.pictures.detailed },
  "detailed-over": {
    caption: "R(A′, L′) over the photo",
    picture: over(({ face }) => face.pictures.detailed),
  },
  light: { caption: "detailed light L′ on ½", picture: ({ face }) => face.pictures.light },
  swapped: {
    caption: "R(A′, L′ of the next face)",
    picture: ({ sample, face, next }) => lightDetail(sample, face.maps.detailed.data, next().face.lightMap),
  },
  white: {
    caption: "white map for A",
    given: true,
    picture: ({ face }) => ({ ...face.maps.prior, data: whiteMap(face.maps.prior.data) }),
  },
  "white-albedo": { caption: "A′ from white", picture: ({ fromWhite }) => fromWhite!.maps.detailed },
  "white-coarsely-lit": {
    caption: "R(A′, L) from white",
    picture: ({ fromWhite }) => fromWhite!.pictures.coarselyLit,
  },
  "white-detailed": {
    caption: "R(A′, L′) from white",
    picture: ({ fromWhite }) => fromWhite!.pictures.detailed,
  },
  "relit-1": relit(11),
  "relit-2": relit(23),
  "relit-3": relit(47),
} as const satisfies Record<string, Column>;

export type ColumnName = keyof typeof figureColumns;
export const columnNames = Object.keys(figureColumns) as [ColumnName, ...ColumnName[]];
export const columnOf = (name: ColumnName): Column => figureColumns[name];

/** Makes a map that is nearly white: the refiner adds to logits, and the logit of 1 is infinite. */
export const whiteMap = (prior: Float32Array) => new Float32Array(prior.length).fill(0.98);
