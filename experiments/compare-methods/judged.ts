/** The results of the methods for a test face, with their figures. */
import type { DetailSample, Terms } from "rerenderable";
import type { RivalFace } from "rerenderable/face";
import type { MethodName } from "./methods.js";
import type { TestFace } from "./test-faces.js";

export interface JudgedFace {
  readonly test: TestFace;
  readonly sample: DetailSample;
  readonly faces: ReadonlyMap<MethodName, RivalFace>;
}

/** Figures of one method, for a face or for a person under many lights. */
export interface Judged {
  readonly id: string;
  readonly group: string;
  readonly method: MethodName;
  readonly figures: Terms;
}
