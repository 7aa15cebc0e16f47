/**
 * What a notebook shows: strips of images, sliders, faces to turn, figures, curves, tables, text, progress; answers to
 * exercises; loops that an interrupt stops. Outside a notebook all of it is silent.
 */
export {
  type Answer,
  checkAnswer,
  judgeAnswer,
  type RightAnswer,
  type Verdict,
} from "./check-answer.js";
export { type ComparisonOptions, showComparison } from "./comparison.js";
export { type Curves, type CurvesOptions, showCurves } from "./curves.js";
export { type MimeBundle, mime } from "./display.js";
export { type FigureOptions, showFigure } from "./figure.js";
export { figureToPng, type PlotlyFigure, type PngOptions } from "./figure-png.js";
export {
  type CaptionedImage,
  imageStrip,
  type StripOptions,
  showImages,
} from "./image-strip.js";
export { interruptible } from "./interrupt.js";
export { type MeshOptions, type ShownFace, showMesh } from "./mesh.js";
export { type Progress, showProgress } from "./progress.js";
export { type DataFrameLike, showTable, type TableOptions, type TableSource } from "./table.js";
export { showText } from "./text.js";
