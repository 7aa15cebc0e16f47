/** The names of the subsets; `subsets.ts` says what each draws. */

export const subsetNames = [
  "easy",
  "hard-light",
  "occluded",
  "large-pose",
  "same-face-many-lights",
  "same-light-many-faces",
  "same-face-expressions",
  "strong-skin",
] as const;
export type SubsetName = (typeof subsetNames)[number];
