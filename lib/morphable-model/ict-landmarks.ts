/**
 * Vertices of ICT-FaceKit's OBJ files that stand for the 68 landmarks, from 0. Those of lids and inner lips (36 to 47, 60
 * to 67) are its authors' own; the others are where our detector sees them on renders of the model, some mm from the
 * authors' (jaw 6.1 on average, along the silhouette; brows 3.1, their inner ends 6; nose 3.2; outer lips 2.6): a fit to
 * the detector's points would else bend the face toward the difference. Made by `scripts/calibrate-landmarks`.
 */
// biome-ignore format: a table
export const ictLandmarks: readonly number[] = [
  1225, 1196, 1054, 367, 1718, 770, 437, 801, 965, 3042, 2678, 3011,
  3923, 2608, 3274, 3414, 3443, 996, 492, 1914, 2043, 2005, 4205, 4239,
  4114, 2733, 3216, 971, 1348, 4839, 4841, 4563, 2076, 4558, 4270, 5028,
  1507, 1542, 1537, 1528, 1518, 1511, 3742, 3751, 3756, 3721, 3725, 3732,
  5623, 5720, 2069, 0, 4263, 6225, 6128, 6329, 6481, 5945, 5977, 5824,
  5702, 5711, 5533, 6216, 6207, 6470, 5517, 5966,
];
