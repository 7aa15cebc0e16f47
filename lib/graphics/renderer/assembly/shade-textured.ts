/**
 * The loops of `../shade/shade-textured.ts` for a map of lights, in AssemblyScript with vectors of four numbers: a texel's 27
 * numbers of light are seven vectors. `npm run bake -- assembly` compiles it into `shade-textured-bytes.ts`.
 *
 * It works on tensors in place, in the memory of tfjs's wasm backend, of which it owns nothing: pointers in, no statics,
 * no allocation. Items are done one by one; their parts of the batch are the caller's arithmetic.
 */

/** The mesh of one item: pointers, and how many rows there are. */
let barycentrics: usize = 0;
let triangleId: usize = 0;
let triangles: usize = 0;
let uvTriangles: usize = 0;
let triangleCount: u32 = 0;
let normals: usize = 0;
let normalCount: u32 = 0;
let uvs: usize = 0;
let uvCount: u32 = 0;

export function setPixels(b: usize, id: usize): void {
  barycentrics = b;
  triangleId = id;
}

export function setMesh(
  t: usize,
  ut: usize,
  tCount: u32,
  n: usize,
  nCount: u32,
  uv: usize,
  uCount: u32,
): void {
  triangles = t;
  uvTriangles = ut;
  triangleCount = tCount;
  normals = n;
  normalCount = nCount;
  uvs = uv;
  uvCount = uCount;
}

/** The maps of the item. */
let albedoMap: usize = 0;
let albedoRows: i32 = 0;
let albedoColumns: i32 = 0;
let lightMap: usize = 0;
let lightRows: i32 = 0;
let lightColumns: i32 = 0;

export function setMaps(a: usize, aRows: i32, aColumns: i32, l: usize, lRows: i32, lColumns: i32): void {
  albedoMap = a;
  albedoRows = aRows;
  albedoColumns = aColumns;
  lightMap = l;
  lightRows = lRows;
  lightColumns = lColumns;
}

/** What one pixel reads: globals of the module, which lie outside the memory of the tensors. */
let i0: usize = 0; // byte offsets of the corners among the normals
let i1: usize = 0;
let i2: usize = 0;
let j0: usize = 0; // and among the uvs
let j1: usize = 0;
let j2: usize = 0;
let b0: f32 = 0;
let b1: f32 = 0;
let b2: f32 = 0;
let nx: f32 = 0; // the unit normal
let ny: f32 = 0;
let nz: f32 = 0;
let inverseLength: f32 = 0;
let u: f32 = 0;
let v: f32 = 0;

function readPixel(pixel: usize): bool {
  const t = load<u32>(triangleId + (pixel << 2));
  if (t >= triangleCount) return false; // also where nothing is seen, which is −1
  const corners = triangles + <usize>t * 12;
  const uvCorners = uvTriangles + <usize>t * 12;
  const k0 = load<u32>(corners);
  const k1 = load<u32>(corners, 4);
  const k2 = load<u32>(corners, 8);
  const m0 = load<u32>(uvCorners);
  const m1 = load<u32>(uvCorners, 4);
  const m2 = load<u32>(uvCorners, 8);
  // Rows that do not exist: the memory around is not ours.
  if (max(k0, max(k1, k2)) >= normalCount || max(m0, max(m1, m2)) >= uvCount) return false;
  i0 = <usize>k0 * 12;
  i1 = <usize>k1 * 12;
  i2 = <usize>k2 * 12;
  j0 = <usize>m0 * 8;
  j1 = <usize>m1 * 8;
  j2 = <usize>m2 * 8;
  const b = barycentrics + pixel * 12;
  b0 = load<f32>(b);
  b1 = load<f32>(b, 4);
  b2 = load<f32>(b, 8);
  const n0 = normals + i0;
  const n1 = normals + i1;
  const n2 = normals + i2;
  const x = b0 * load<f32>(n0) + b1 * load<f32>(n1) + b2 * load<f32>(n2);
  const y = b0 * load<f32>(n0, 4) + b1 * load<f32>(n1, 4) + b2 * load<f32>(n2, 4);
  const z = b0 * load<f32>(n0, 8) + b1 * load<f32>(n1, 8) + b2 * load<f32>(n2, 8);
  const squared = <f64>x * x + <f64>y * y + <f64>z * z; // double, or short normals would have the square 0
  if (squared === 0) return false;
  inverseLength = <f32>(1 / sqrt<f64>(squared));
  nx = x * inverseLength;
  ny = y * inverseLength;
  nz = z * inverseLength;
  // In double precision, rounded once, as the other loops do: they shall fall on the same texels.
  u = <f32>(<f64>b0 * load<f32>(uvs + j0) + <f64>b1 * load<f32>(uvs + j1) + <f64>b2 * load<f32>(uvs + j2));
  v = <f32>(
    (<f64>b0 * load<f32>(uvs + j0, 4) + <f64>b1 * load<f32>(uvs + j1, 4) + <f64>b2 * load<f32>(uvs + j2, 4))
  );
  return true;
}

/** Where `u`, `v` fall in a map, as `placeTexels` of `../texels.ts`. */
let texel: usize = 0; // bytes
let right: usize = 0;
let down: usize = 0;
let x: f32 = 0;
let y: f32 = 0;
let perU: f32 = 0;
let perV: f32 = 0;

function place(rows: i32, columns: i32, bytes: usize): void {
  const wantedX = <f64>u * columns - 0.5;
  const wantedY = <f64>v * rows - 0.5;
  const lastX = <f64>(columns - 1);
  const lastY = <f64>(rows - 1);
  const atX = wantedX < 0 ? 0 : wantedX > lastX ? lastX : wantedX;
  const atY = wantedY < 0 ? 0 : wantedY > lastY ? lastY : wantedY;
  // Saturating: what is not a number becomes 0.
  const column = max(min(<i32>atX, columns - 2), 0);
  const row = max(min(<i32>atY, rows - 2), 0);
  texel = (<usize>row * columns + column) * bytes;
  right = columns > 1 ? bytes : 0;
  down = rows > 1 ? <usize>columns * bytes : 0;
  x = <f32>(atX - column);
  y = <f32>(atY - row);
  perU = atX === wantedX ? <f32>columns : 0;
  perV = atY === wantedY ? <f32>rows : 0;
}

/** `Φ` of the normal, as often as there are colours: 27 numbers; the last vector starts at number 23, with 0 there. */
let h0 = f32x4.splat(0);
let h1 = f32x4.splat(0);
let h2 = f32x4.splat(0);
let h3 = f32x4.splat(0);
let h4 = f32x4.splat(0);
let h5 = f32x4.splat(0);
let h6 = f32x4.splat(0);

const one: f32 = 0.886226925452758;
const linear: f32 = 1.0233267079464885;
const mixed: f32 = 0.8580855308097834;
const polar: f32 = 0.24770795610037571;
const equatorial: f32 = 0.4290427654048917;

function setBasis(): void {
  const p1 = linear * ny;
  const p2 = linear * nz;
  const p3 = linear * nx;
  const p4 = mixed * nx * ny;
  const p5 = mixed * ny * nz;
  const p6 = polar * (3 * nz * nz - 1);
  const p7 = mixed * nx * nz;
  const p8 = equatorial * (nx * nx - ny * ny);
  h0 = vector(one, p1, p2, p3);
  h1 = vector(p4, p5, p6, p7);
  h2 = vector(p8, one, p1, p2);
  h3 = vector(p3, p4, p5, p6);
  h4 = vector(p7, p8, one, p1);
  h5 = vector(p2, p3, p4, p5);
  h6 = vector(0, p6, p7, p8);
}

function vector(a: f32, b: f32, c: f32, d: f32): v128 {
  return f32x4.replace_lane(f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(a), 1, b), 2, c), 3, d);
}

function lane(a: v128, i: u8): f32 {
  return i === 0
    ? f32x4.extract_lane(a, 0)
    : i === 1
      ? f32x4.extract_lane(a, 1)
      : i === 2
        ? f32x4.extract_lane(a, 2)
        : f32x4.extract_lane(a, 3);
}

function sum(a: v128): f32 {
  const pairs = f32x4.add(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Blend of four texels' vectors at a byte offset. */
function blend(t: usize, q00: v128, q01: v128, q10: v128, q11: v128): v128 {
  const top = f32x4.add(f32x4.mul(q00, v128.load(t)), f32x4.mul(q01, v128.load(t + right)));
  const under = f32x4.add(f32x4.mul(q10, v128.load(t + down)), f32x4.mul(q11, v128.load(t + down + right)));
  return f32x4.add(top, under);
}

/** Shading of the three colours. */
let s0: f32 = 0;
let s1: f32 = 0;
let s2: f32 = 0;

/** From the products of light and `Φ`; colours end at the numbers 9, 18 and 27. */
function setShading(p0: v128, p1: v128, p2: v128, p3: v128, p4: v128, p5: v128, p6: v128): void {
  const zero = f32x4.splat(0);
  s0 = sum(f32x4.add(f32x4.add(p0, p1), v128.shuffle<f32>(p2, zero, 0, 4, 4, 4)));
  s1 = sum(
    f32x4.add(
      f32x4.add(p3, v128.shuffle<f32>(p2, zero, 4, 1, 2, 3)),
      v128.shuffle<f32>(p4, zero, 0, 1, 4, 4),
    ),
  );
  s2 = sum(f32x4.add(f32x4.add(p5, p6), v128.shuffle<f32>(p4, zero, 4, 4, 2, 3)));
}

/** Blend of the albedo's four texels at a byte offset. */
let w00: f32 = 0;
let w01: f32 = 0;
let w10: f32 = 0;
let w11: f32 = 0;

function setWeights(): void {
  const left: f32 = 1 - x;
  const top: f32 = 1 - y;
  w00 = left * top;
  w01 = x * top;
  w10 = left * y;
  w11 = x * y;
}

function blendOne(t: usize): f32 {
  const top = w00 * load<f32>(t) + w01 * load<f32>(t + right);
  return top + w10 * load<f32>(t + down) + w11 * load<f32>(t + down + right);
}

/** Lit colours of one item. @param out zeroed */
export function forward(pixels: usize, out: usize): void {
  for (let p: usize = 0; p < pixels; p++) {
    if (!readPixel(p)) continue;
    setBasis();
    place(lightRows, lightColumns, 108);
    setWeights();
    const q00 = f32x4.splat(w00);
    const q01 = f32x4.splat(w01);
    const q10 = f32x4.splat(w10);
    const q11 = f32x4.splat(w11);
    const t = lightMap + texel;
    setShading(
      f32x4.mul(h0, blend(t, q00, q01, q10, q11)),
      f32x4.mul(h1, blend(t + 16, q00, q01, q10, q11)),
      f32x4.mul(h2, blend(t + 32, q00, q01, q10, q11)),
      f32x4.mul(h3, blend(t + 48, q00, q01, q10, q11)),
      f32x4.mul(h4, blend(t + 64, q00, q01, q10, q11)),
      f32x4.mul(h5, blend(t + 80, q00, q01, q10, q11)),
      f32x4.mul(h6, blend(t + 92, q00, q01, q10, q11)),
    );
    place(albedoRows, albedoColumns, 12);
    setWeights();
    const a = albedoMap + texel;
    const o = out + p * 12;
    store<f32>(o, s0 * blendOne(a));
    store<f32>(o, s1 * blendOne(a + 4), 4);
    store<f32>(o, s2 * blendOne(a + 8), 8);
  }
}

/** Gradients are added to what these point to. */
let dBarycentrics: usize = 0;
let dNormals: usize = 0;
let dUvs: usize = 0;
let dAlbedoMap: usize = 0;
let dLightMap: usize = 0;

export function setGradients(b: usize, n: usize, uv: usize, a: usize, l: usize): void {
  dBarycentrics = b;
  dNormals = n;
  dUvs = uv;
  dAlbedoMap = a;
  dLightMap = l;
}

function add(at: usize, value: f32): void {
  store<f32>(at, load<f32>(at) + value);
}

function addVector(at: usize, value: v128): void {
  v128.store(at, f32x4.add(v128.load(at), value));
}

/** Along x of the four texels' sums, and along y. */
function alongX(d00: f32, d01: f32, d10: f32, d11: f32): f32 {
  const top: f32 = (d01 - d00) * (1 - y);
  return top + (d11 - d10) * y;
}

function alongY(d00: f32, d01: f32, d10: f32, d11: f32): f32 {
  const left: f32 = (d10 - d00) * (1 - x);
  return left + (d11 - d01) * x;
}

/** Gradient to one colour of the albedo map; returns how the colours change along x and y in `dx`, `dy`. */
let dx: f32 = 0;
let dy: f32 = 0;

function backThroughAlbedo(offset: usize, value: f32): void {
  const t = albedoMap + offset;
  const t00 = load<f32>(t);
  const t01 = load<f32>(t + right);
  const t10 = load<f32>(t + down);
  const t11 = load<f32>(t + down + right);
  dx += value * alongX(t00, t01, t10, t11);
  dy += value * alongY(t00, t01, t10, t11);
  const d = dAlbedoMap + offset;
  add(d, w00 * value);
  add(d + right, w01 * value);
  add(d + down, w10 * value);
  add(d + down + right, w11 * value);
}

/** Four texels' vectors weighed by one, summed with those before. */
let d00 = f32x4.splat(0);
let d01 = f32x4.splat(0);
let d10 = f32x4.splat(0);
let d11 = f32x4.splat(0);
let q00 = f32x4.splat(0);
let q01 = f32x4.splat(0);
let q10 = f32x4.splat(0);
let q11 = f32x4.splat(0);

/** Adds the gradient to four texels at a byte offset and sums what its change along x and y is. @returns the blend */
function backThroughLight(offset: usize, value: v128): v128 {
  const t = lightMap + offset;
  const t00 = v128.load(t);
  const t01 = v128.load(t + right);
  const t10 = v128.load(t + down);
  const t11 = v128.load(t + down + right);
  d00 = f32x4.add(d00, f32x4.mul(value, t00));
  d01 = f32x4.add(d01, f32x4.mul(value, t01));
  d10 = f32x4.add(d10, f32x4.mul(value, t10));
  d11 = f32x4.add(d11, f32x4.mul(value, t11));
  const d = dLightMap + offset;
  addVector(d, f32x4.mul(q00, value));
  addVector(d + right, f32x4.mul(q01, value));
  addVector(d + down, f32x4.mul(q10, value));
  addVector(d + down + right, f32x4.mul(q11, value));
  const top = f32x4.add(f32x4.mul(q00, t00), f32x4.mul(q01, t01));
  return f32x4.add(top, f32x4.add(f32x4.mul(q10, t10), f32x4.mul(q11, t11)));
}

/** Gradients of one item. @param g gradient to its colours */
export function backward(pixels: usize, g: usize): void {
  const zero = f32x4.splat(0);
  for (let p: usize = 0; p < pixels; p++) {
    if (!readPixel(p)) continue;
    setBasis();
    const o = g + p * 12;
    const g0 = load<f32>(o);
    const g1 = load<f32>(o, 4);
    const g2 = load<f32>(o, 8);
    place(albedoRows, albedoColumns, 12);
    setWeights();
    const a = albedoMap + texel;
    const c0 = f32x4.splat(g0 * blendOne(a));
    const c1 = f32x4.splat(g1 * blendOne(a + 4));
    const c2 = f32x4.splat(g2 * blendOne(a + 8));
    const c01 = v128.shuffle<f32>(c0, c1, 0, 4, 4, 4);
    const c12 = v128.shuffle<f32>(c1, c2, 0, 0, 4, 4);

    place(lightRows, lightColumns, 108);
    setWeights();
    q00 = f32x4.splat(w00);
    q01 = f32x4.splat(w01);
    q10 = f32x4.splat(w10);
    q11 = f32x4.splat(w11);
    d00 = zero;
    d01 = zero;
    d10 = zero;
    d11 = zero;
    const l0 = backThroughLight(texel, f32x4.mul(c0, h0));
    const l1 = backThroughLight(texel + 16, f32x4.mul(c0, h1));
    const l2 = backThroughLight(texel + 32, f32x4.mul(c01, h2));
    const l3 = backThroughLight(texel + 48, f32x4.mul(c1, h3));
    const l4 = backThroughLight(texel + 64, f32x4.mul(c12, h4));
    const l5 = backThroughLight(texel + 80, f32x4.mul(c2, h5));
    const l6 = backThroughLight(texel + 92, f32x4.mul(c2, h6));
    const e00 = sum(d00);
    const e01 = sum(d01);
    const e10 = sum(d10);
    const e11 = sum(d11);
    let du: f32 = perU * alongX(e00, e01, e10, e11);
    let dv: f32 = perV * alongY(e00, e01, e10, e11);
    setShading(
      f32x4.mul(h0, l0),
      f32x4.mul(h1, l1),
      f32x4.mul(h2, l2),
      f32x4.mul(h3, l3),
      f32x4.mul(h4, l4),
      f32x4.mul(h5, l5),
      f32x4.mul(h6, l6),
    );

    place(albedoRows, albedoColumns, 12);
    setWeights();
    dx = 0;
    dy = 0;
    backThroughAlbedo(texel, g0 * s0);
    backThroughAlbedo(texel + 4, g1 * s1);
    backThroughAlbedo(texel + 8, g2 * s2);
    du += perU * dx;
    dv += perV * dy;

    // To `Φ`: the colours weigh the blended light; number b of a colour stands at b, 9 + b and 18 + b of the 27.
    const m0 = f32x4.mul(c0, l0);
    const m1 = f32x4.mul(c0, l1);
    const m2 = f32x4.mul(c01, l2);
    const m3 = f32x4.mul(c1, l3);
    const m4 = f32x4.mul(c12, l4);
    const m5 = f32x4.mul(c2, l5);
    const m6 = f32x4.mul(c2, l6);
    const p1 = lane(m0, 1) + lane(m2, 2) + lane(m4, 3);
    const p2 = lane(m0, 2) + lane(m2, 3) + lane(m5, 0);
    const p3 = lane(m0, 3) + lane(m3, 0) + lane(m5, 1);
    const p4 = lane(m1, 0) + lane(m3, 1) + lane(m5, 2);
    const p5 = lane(m1, 1) + lane(m3, 2) + lane(m5, 3);
    const p6 = lane(m1, 2) + lane(m3, 3) + lane(m6, 1);
    const p7 = lane(m1, 3) + lane(m4, 0) + lane(m6, 2);
    const p8 = lane(m2, 0) + lane(m4, 1) + lane(m6, 3);
    const twice: f32 = 2 * equatorial * p8;
    const gx: f32 = linear * p3 + mixed * (ny * p4 + nz * p7) + twice * nx;
    const gy: f32 = linear * p1 + mixed * (nx * p4 + nz * p5) - twice * ny;
    const gz: f32 = linear * p2 + mixed * (ny * p5 + nx * p7) + 6 * polar * nz * p6;
    const along = gx * nx + gy * ny + gz * nz;
    spread(
      p,
      (gx - along * nx) * inverseLength,
      (gy - along * ny) * inverseLength,
      (gz - along * nz) * inverseLength,
      du,
      dv,
    );
  }
}

/** Back through the interpolation. */
function spread(pixel: usize, x: f32, y: f32, z: f32, du: f32, dv: f32): void {
  const d = dBarycentrics + pixel * 12;
  spreadCorner(d, b0, i0, j0, x, y, z, du, dv);
  spreadCorner(d + 4, b1, i1, j1, x, y, z, du, dv);
  spreadCorner(d + 8, b2, i2, j2, x, y, z, du, dv);
}

function spreadCorner(
  d: usize,
  weight: f32,
  i: usize,
  j: usize,
  x: f32,
  y: f32,
  z: f32,
  du: f32,
  dv: f32,
): void {
  const n = normals + i;
  const at = uvs + j;
  const byNormal = x * load<f32>(n) + y * load<f32>(n, 4) + z * load<f32>(n, 8);
  store<f32>(d, byNormal + du * load<f32>(at) + dv * load<f32>(at, 4));
  add(dNormals + i, weight * x);
  add(dNormals + i + 4, weight * y);
  add(dNormals + i + 8, weight * z);
  add(dUvs + j, weight * du);
  add(dUvs + j + 4, weight * dv);
}
