/**
 * Vertices of ICT-FaceKit's OBJ files that stand for the 68 landmarks, from 0. For lids and inner lips (36 to 47, 60 to
 * 67) they are the authors' own. The others are where our detector sees the landmarks on renders of the model, some mm
 * from the authors' places (jaw 6.2 on average, along the silhouette; brows 4.5; nose 3.3; outer lips 2.6): otherwise a
 * fit to the detector's points would bend the face by the difference. `scripts/bake/ict-landmarks` makes them.
 */
// biome-ignore format: a table
export const ictLandmarks: readonly number[] = [
  1882, 1196, 1054, 367, 1718, 221, 437, 801, 966, 3042, 2678, 2462,
  3923, 2608, 3274, 3414, 4082, 996, 1697, 1913, 2048, 1432, 3646, 4244,
  4113, 3902, 3216, 978, 1348, 4839, 4841, 4564, 4950, 4558, 5404, 5029,
  1507, 1542, 1537, 1528, 1518, 1511, 3742, 3751, 3756, 3721, 3725, 3732,
  5623, 5720, 2069, 0, 4263, 6225, 6128, 6329, 6481, 5945, 5977, 5824,
  5702, 5711, 5533, 6216, 6207, 6470, 5517, 5966,
];
