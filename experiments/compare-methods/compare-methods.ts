/**
 * Asks every method for every test face, with the same photo, mask and prior, and judges all results by one convention:
 * encoded sRGB clipped to [0, 1] at 224 px. Table 3 and the truth bench are made of these figures.
 */
import { type DetailSample, loadFaceDetector, type RgbImage, type Terms } from "rerenderable";
import { paintFace, type RivalFace } from "rerenderable/face";
import { type LayoutName, openPhotos } from "../../datasets/photos/open-photos.js";
import { splitSeeded } from "../../datasets/split.js";
import { loadSyntheticAssets } from "../../datasets/synthetic/synthetic-assets.js";
import { openTestedRefiner } from "../evaluate-detail/tested-refiner.js";
import { type FaceSampler, openFaceSampler } from "./face-sampler.js";
import { type IdentityJudges, openIdentityJudges } from "./identity-judges.js";
import {
  cosinesOnGrey,
  type GreyIdentity,
  greyJudge,
  holdsOnePerson,
  lightOnGrey,
  underNamedLights,
} from "./identity-on-grey.js";
import type { Judged, JudgedFace } from "./judged.js";
import { pictureFigures, truthFigures } from "./method-figures.js";
import { type Method, type MethodName, openMethod } from "./methods.js";
import { judgePerson, personOf } from "./person-figures.js";
import type { CompareMethodsSettings } from "./settings.js";
import { type TestFace, testFaces } from "./test-faces.js";

export interface Comparison {
  readonly judged: readonly Judged[];
  /** The faces without a result, a line for each. */
  readonly failed: readonly string[];
  /** The first faces of each group. */
  readonly shown: readonly JudgedFace[];
  /** What the judges make of each method's faces on grey; groups of one person are left out. */
  readonly identities: ReadonlyMap<MethodName, readonly GreyIdentity[]>;
  /** Name of the detail refiner. */
  readonly weights: string;
  /** Names of the judges, and a line for each that is none. */
  readonly judges: Pick<IdentityJudges, "names" | "warnings">;
}

export async function compareMethods(
  settings: CompareMethodsSettings,
  onFace: (done: number, id: string) => void,
): Promise<Comparison> {
  const refiner = await openTestedRefiner(settings.weights, settings.uvSize);
  const sampler = await openFaceSampler(settings, refiner.uvSize);
  const { model, uvSpace, skin } = sampler;
  const methods: Method[] = [];
  for (const name of settings.methods) {
    methods.push(await openMethod(name, { model, uvSpace, skin, refiner, rivals: settings.rivals }));
  }
  const detector = await loadFaceDetector();
  const judge = await openFaceJudge(settings.judges, sampler);
  const judged: Judged[] = [];
  const failed: string[] = [];
  const shown: JudgedFace[] = [];
  const identities = new Map<MethodName, GreyIdentity[]>(settings.methods.map((name) => [name, []]));
  /** The faces of the present person under many lights. */
  let person: JudgedFace[] = [];
  const endPerson = async () => {
    if (person.length > 1) judged.push(...(await judgePerson(person, skin)));
    person = [];
  };
  const synthetic = settings.dataset === "synthetic";
  const wanted = synthetic
    ? { ...settings, photos: [] }
    : { ...settings, photos: await photosOf(settings), subsets: [], persons: 0 };
  let done = 0;
  for await (const test of testFaces(wanted, await loadSyntheticAssets(), detector)) {
    onFace(++done, test.id);
    if ("reason" in test) {
      failed.push(`${test.id}: ${test.reason}`);
      continue;
    }
    const { id, group } = test;
    const sample = await sampler.sample(test);
    const faces = new Map<MethodName, RivalFace>();
    for (const method of methods) {
      const face = await method.reconstruct(sample);
      faces.set(method.name, face);
      const { figures, identity } = await judge.judge(test, sample, method.name, face);
      judged.push({ id, group, method: method.name, figures });
      if (!holdsOnePerson(group)) identities.get(method.name)!.push(identity);
    }
    const ofGroup = shown.filter((one) => one.test.group === group);
    if (ofGroup.length < settings.shown) shown.push({ test, sample, faces });
    if (personOf(test) === undefined) continue;
    if (person.length > 0 && personOf(person[0].test) !== personOf(test)) await endPerson();
    person.push({ test, sample, faces });
  }
  await endPerson();
  for (const one of [...methods, refiner, judge, sampler]) await one.dispose();
  detector.dispose();
  return { judged, failed, shown, identities, weights: refiner.name, judges: judge.judges };
}

/**
 * Photos of the part for tests: the last ones in the order of their names, or those of the seeded split
 * (`datasets/split.ts`).
 */
async function photosOf({ dataset, path, photos }: CompareMethodsSettings): Promise<readonly string[]> {
  const { items } = await openPhotos(dataset as LayoutName, path);
  const ids = new Set(splitSeeded(items, 1).test);
  const chosen =
    photos.part === "last"
      ? items.slice(-photos.count)
      : items.filter(({ id }) => ids.has(id)).slice(0, photos.count);
  return chosen.map(({ file }) => file);
}

/**
 * Judges faces one by one. It keeps each method's light of the face before, under which the next face of the same group
 * is shown.
 */
async function openFaceJudge(names: readonly string[], { skin, detailShares }: FaceSampler) {
  const judges = await openIdentityJudges(names);
  const judgeOnGrey = greyJudge(judges);
  const lights = new Map<string, RivalFace["light"]>();
  return {
    judges,
    async judge(test: TestFace, sample: DetailSample, method: MethodName, face: RivalFace) {
      const { image, group, truth } = test;
      const other = lights.get(`${group} ${method}`);
      lights.set(`${group} ${method}`, face.light);
      const swapped: RgbImage | undefined =
        other && (await paintFace(sample.surface, sample.uvSize, face.albedo, other));
      const identity = await judgeOnGrey(test, sample, {
        picture: face.picture,
        ...(swapped && { swapped }),
        ...(await underNamedLights(sample, face.albedo)),
        light: await lightOnGrey(sample, face.light),
      });
      const figures: Terms = {
        ...pictureFigures(image, face.picture, sample),
        ...(await judges.judge(test, sample, { picture: face.picture }, swapped)),
        ...cosinesOnGrey(identity),
        ...(await detailShares(sample, face)),
        ...(truth && (await truthFigures(face, sample, truth, skin))),
      };
      return { figures, identity };
    },
    dispose: () => judges.dispose(),
  };
}
