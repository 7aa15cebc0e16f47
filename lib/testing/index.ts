/** Code that tests share. The library itself never imports it. */
export { relativeError } from "./compare-engines.js";
export { fixtureSample } from "./detail-fixture.js";
export type { GradientCheckOptions } from "./finite-differences.js";
export { type AdamFitOptions, fitByAdam } from "./fit-by-adam.js";
export { encodeMat } from "./mat-fixture.js";
export { meanEmbedding } from "./mean-embedding.js";
export { portraitPoints } from "./portrait-points.js";
export { probeImages } from "./probe-images.js";
