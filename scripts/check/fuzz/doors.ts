/** The list of all doors. */
import type { Door } from "./door.js";
import { configs, prepared } from "./folder-doors.js";
import { basel, heads, matPoints, obj } from "./model-doors.js";
import { checkpoints, onnx, weights } from "./network-doors.js";
import { openExr, photos, radiance } from "./picture-doors.js";
import { landmarks, notebooks, options, settings } from "./text-doors.js";

export const doors: readonly Door[] = [
  photos,
  landmarks,
  configs,
  settings,
  options,
  weights,
  checkpoints,
  onnx,
  basel,
  matPoints,
  obj,
  heads,
  radiance,
  openExr,
  notebooks,
  prepared,
];
