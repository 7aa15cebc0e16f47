/** What a notebook shows: strips of images, figures, tables, progress. Outside a notebook all of it is silent. */
export { type MimeBundle, mime } from "./display.js";
export { type ExplorerOptions, explorerPort, showExplorer } from "./explorer.js";
export { type FigureOptions, showFigure } from "./figure.js";
export { figureToPng, type PlotlyFigure, type PngOptions } from "./figure-png.js";
export {
  type CaptionedImage,
  imageStrip,
  type StripOptions,
  showImages,
} from "./image-strip.js";
export { type Progress, showProgress } from "./progress.js";
export { type DataFrameLike, showTable, type TableOptions, type TableSource } from "./table.js";
