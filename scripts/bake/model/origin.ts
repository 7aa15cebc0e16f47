/**
 * The model's origin in the package's frame: the middle of the face, so that a fitted face lies near z = 0; 10 cm.
 */
export const modelOrigin = [0, 7.08, 0.95] as const;
