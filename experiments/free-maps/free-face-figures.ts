/** What became of a face whose maps were moved by losses: detail, identity, and errors where the truth is known. */
import { type DetailSample, imageMetrics, type RgbImage, type Terms } from "rerenderable";
import {
  detailShares,
  type FreeFace,
  layOver,
  mapShading,
  paintFace,
  scaleAlignedError,
} from "rerenderable/face";
import { imageStrip } from "rerenderable/notebook";
import type { FaceSampler } from "../compare-methods/face-sampler.js";
import { openIdentityJudges } from "../compare-methods/identity-judges.js";
import {
  cosinesOnGrey,
  type GreyIdentity,
  greyJudge,
  lightOnGrey,
} from "../compare-methods/identity-on-grey.js";
import { ambient, maskOf, truthFigures } from "../compare-methods/method-figures.js";
import type { TestFace } from "../compare-methods/test-faces.js";

export interface FreeFaceFigures {
  readonly figures: Terms;
  readonly identity: GreyIdentity;
  /** For the sheet. */
  readonly pictures: {
    readonly photo: RgbImage;
    readonly albedo: RgbImage;
    readonly light: RgbImage;
    readonly detailed: RgbImage;
  };
}

/** Owns networks: `dispose()` frees them. @param judges none of them may be used in a loss */
export async function openFigures({ model, uvSpace, skin }: FaceSampler, names: readonly string[]) {
  const judges = await openIdentityJudges(names);
  const judgeOnGrey = greyJudge(judges);
  return {
    judges: judges.names,
    warnings: judges.warnings,
    /** @param other the light of another face, [U * U * 27] */
    async of(
      test: TestFace,
      sample: DetailSample,
      { albedo, light }: FreeFace,
      other: Float32Array,
    ): Promise<FreeFaceFigures> {
      const { surface, uvSize, coefficients } = sample;
      const paint = (map: Float32Array, lights: ArrayLike<number>) => paintFace(surface, uvSize, map, lights);
      const pictures = {
        coarselyLit: await paint(albedo, coefficients.light),
        detailed: await paint(albedo, light),
      };
      const lightPicture = await lightOnGrey(sample, light);
      const identity = await judgeOnGrey(test, sample, {
        ...pictures,
        swapped: await paint(albedo, other),
        light: lightPicture,
        coarseLight: await lightOnGrey(sample, coefficients.light),
      });
      const shades = await mapShading(model, uvSpace, coefficients, light);
      const figures = {
        ...picturesAgainst(test.image, pictures, sample),
        ...detailShares(sample, { albedo, shading: shades }, skin),
        ...cosinesOnGrey(identity),
        ...(test.truth && (await truthFigures({ albedo, light }, sample, test.truth, skin))),
        ...(sample.truth && { "prior.scaled": priorError(sample, skin) }),
      };
      const albedoPicture = await paint(albedo, ambient);
      return {
        figures,
        identity,
        pictures: {
          photo: test.image,
          albedo: albedoPicture,
          light: lightPicture,
          detailed: layOver(test.image, pictures.detailed, sample),
        },
      };
    },
    dispose: () => judges.dispose(),
  };
}

function picturesAgainst(
  photo: RgbImage,
  pictures: Readonly<Record<string, RgbImage>>,
  sample: DetailSample,
): Terms {
  return Object.fromEntries(
    Object.entries(pictures).flatMap(([name, picture]) => {
      const { psnr, ssim } = imageMetrics(picture, photo, maskOf(sample));
      return [
        [`${name}.psnr`, psnr],
        [`${name}.ssim`, ssim],
      ];
    }),
  );
}

/** The error of the prior albedo where it is seen, beside which `albedo.scaled` stands. */
function priorError({ priorAlbedo, truth, seen }: DetailSample, skin: Float32Array): number {
  const seenSkin = skin.map((inside, p) => inside * seen[p]);
  return scaleAlignedError(
    priorAlbedo,
    Float32Array.from(truth!, (byte) => byte / 255),
    seenSkin,
  );
}

export interface ShownFace extends Pick<FreeFaceFigures, "pictures"> {
  readonly id: string;
  /** Name of the variant. */
  readonly label: string;
}

/** A row for each face and variant: the photo, A′ on the face, L′ on grey, R(A′, L′). */
export async function sheetOf(shown: readonly ShownFace[]): Promise<Uint8Array> {
  const sorted = [...shown].sort((a, b) => a.id.localeCompare(b.id)); // the sort keeps the order of the variants
  const images = sorted.flatMap(({ pictures, label }) => [
    { image: pictures.photo, caption: label },
    { image: pictures.albedo, caption: "A′" },
    { image: pictures.light, caption: "L′ on ½" },
    { image: pictures.detailed, caption: "R(A′, L′)" },
  ]);
  return (await imageStrip(images, { columns: 4, width: 800 })).png;
}
