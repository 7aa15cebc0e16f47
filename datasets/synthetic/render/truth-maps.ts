/** A rendered scene and the truth at each pixel's centre. */

/** `S` is the side of the picture; rows from the top. */
export interface TruthMaps {
  readonly size: number;
  /** Encoded sRGB before the camera, antialiased, not clipped, [S, S, 3]. */
  readonly image: Float32Array;
  /** Encoded sRGB at pixels' centres: on the face exactly `albedo · shading + specular`, [S, S, 3]. */
  readonly clean: Float32Array;
  /** Of the face with all its detail, encoded sRGB, 0 elsewhere, [S, S, 3]. */
  readonly albedo: Float32Array;
  /** The factor of the encoded albedo, 0 off the face, [S, S, 3]. */
  readonly shading: Float32Array;
  /** The sum that highlights add to the encoded product, 0 off the face, [S, S, 3]. */
  readonly specular: Float32Array;
  /** World frame, unit, with the slopes of pores and wrinkles; 0 where empty and on hair; [S, S, 3]. */
  readonly normals: Float32Array;
  /** Distance in front of the camera, 10 cm, 0 where empty, [S, S]. */
  readonly depth: Float32Array;
  /**
   * The share of the first key light that passes other things: 0 if turned away, 1 if there is no such light, [S, S].
   */
  readonly keyShare: Float32Array;
  /** 1 where bare facial skin is seen, [S, S]. */
  readonly skin: Uint8Array;
  /** 0 where empty, else one more than the index in `materials`, [S, S]. */
  readonly material: Uint8Array;
  /** Triangle of the scene's mesh, −1 where empty, [S, S]. */
  readonly triangle: Int32Array;
}

export function blankTruth(size: number): TruthMaps {
  const pixels = size * size;
  const colour = () => new Float32Array(3 * pixels);
  return {
    size,
    image: colour(),
    clean: colour(),
    albedo: colour(),
    shading: colour(),
    specular: colour(),
    normals: colour(),
    depth: new Float32Array(pixels),
    keyShare: new Float32Array(pixels).fill(1),
    skin: new Uint8Array(pixels),
    material: new Uint8Array(pixels),
    triangle: new Int32Array(pixels).fill(-1),
  };
}
