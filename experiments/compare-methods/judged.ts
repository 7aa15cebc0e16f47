/** What the methods made of a test face, and the figures of it. */
import type { DetailSample, Terms } from "rerenderable";
import type { RivalFace } from "rerenderable/face";
import type { MethodName } from "./methods.js";
import type { TestFace } from "./test-faces.js";

export interface JudgedFace {
  readonly test: TestFace;
  readonly sample: DetailSample;
  readonly faces: ReadonlyMap<MethodName, RivalFace>;
}

/** Figures of one method: of a face, or of a person under many lights. */
export interface Judged {
  readonly id: string;
  readonly group: string;
  readonly method: MethodName;
  readonly figures: Terms;
}
