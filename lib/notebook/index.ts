/**
 * What a notebook shows: strips of images, sliders, faces to turn, figures, curves, tables, text, progress; answers to
 * exercises; maps that losses move; loops that an interrupt stops. Outside a notebook all of it is silent.
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
export { type ExplorerOptions, explorerPort, showExplorer } from "./explorer.js";
export { type FigureOptions, showFigure } from "./figure.js";
export { figureToPng, type PlotlyFigure, type PngOptions } from "./figure-png.js";
export { type BenchPhoto, type FreeMapsBench, type MovedFace, openFreeMaps } from "./free-maps-bench.js";
export {
  type CaptionedImage,
  imageStrip,
  type StripOptions,
  showImages,
} from "./image-strip.js";
export { interruptible } from "./interrupt.js";
export { type LinesOptions, showLines } from "./lines.js";
export { type MeshOptions, showMesh } from "./mesh.js";
export { type PracticeFace, type PracticeOptions, practiceFace } from "./practice-face.js";
export { type Progress, showProgress } from "./progress.js";
export { type DataFrameLike, showTable, type TableOptions, type TableSource } from "./table.js";
export { drawImage, markPoints, tensorImage } from "./tensor-image.js";
export { showText } from "./text.js";
