/** What tests share. Nothing of the library imports it. */
export { relativeError } from "./compare-engines.js";
export type { GradientCheckOptions } from "./finite-differences.js";
export { encodeMat } from "./mat-fixture.js";
export { probeImages } from "./probe-images.js";
