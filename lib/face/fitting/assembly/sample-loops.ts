/**
 * The loops of `../sample-loops.ts` in AssemblyScript with vectors of four numbers. `npm run bake -- assembly` compiles it
 * into `sample-loops-bytes.ts`. Pointers in bytes, numbers of single precision; no statics, no allocation.
 */

/**
 * Adds the lower triangle of `JᵀJ` to a matrix, in tiles of 4 x 8: eight sums stay in registers over all rows.
 * @param rows [count * stride] of single precision
 * @param stride numbers a row, a multiple of 8
 * @param sum [stride * stride]
 */
export function addProduct(rows: usize, count: i32, stride: i32, sum: usize): void {
  const bytes = (<usize>stride) << 2;
  for (let a = 0; a < stride; a += 4) {
    for (let b = 0; b < a + 4; b += 8) {
      let s00 = f32x4.splat(0);
      let s01 = f32x4.splat(0);
      let s10 = f32x4.splat(0);
      let s11 = f32x4.splat(0);
      let s20 = f32x4.splat(0);
      let s21 = f32x4.splat(0);
      let s30 = f32x4.splat(0);
      let s31 = f32x4.splat(0);
      let x = rows + ((<usize>a) << 2);
      let y = rows + ((<usize>b) << 2);
      for (let r = 0; r < count; r++) {
        const y0 = v128.load(y);
        const y1 = v128.load(y, 16);
        let x0 = v128.load_splat<f32>(x);
        s00 = f32x4.add(s00, f32x4.mul(x0, y0));
        s01 = f32x4.add(s01, f32x4.mul(x0, y1));
        x0 = v128.load_splat<f32>(x, 4);
        s10 = f32x4.add(s10, f32x4.mul(x0, y0));
        s11 = f32x4.add(s11, f32x4.mul(x0, y1));
        x0 = v128.load_splat<f32>(x, 8);
        s20 = f32x4.add(s20, f32x4.mul(x0, y0));
        s21 = f32x4.add(s21, f32x4.mul(x0, y1));
        x0 = v128.load_splat<f32>(x, 12);
        s30 = f32x4.add(s30, f32x4.mul(x0, y0));
        s31 = f32x4.add(s31, f32x4.mul(x0, y1));
        x += bytes;
        y += bytes;
      }
      let to = sum + <usize>a * bytes + ((<usize>b) << 2);
      add(to, s00, s01);
      to += bytes;
      add(to, s10, s11);
      to += bytes;
      add(to, s20, s21);
      to += bytes;
      add(to, s30, s31);
    }
  }
}

function add(to: usize, left: v128, right: v128): void {
  v128.store(to, f32x4.add(v128.load(to), left));
  v128.store(to, f32x4.add(v128.load(to, 16), right), 16);
}

/** `out[k] = Σ_m rows[k][m] x[m]`. @param length numbers a row, a multiple of 4 */
export function dots(rows: usize, count: i32, length: i32, x: usize, out: usize): void {
  const end = rows + ((<usize>(count * length)) << 2);
  const bytes = (<usize>length) << 2;
  for (; rows < end; rows += bytes, out += 4) {
    let sum = f32x4.splat(0);
    for (let m: usize = 0; m < bytes; m += 16) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(rows + m), v128.load(x + m)));
    }
    f32.store(
      out,
      f32x4.extract_lane(sum, 0) +
        f32x4.extract_lane(sum, 1) +
        (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)),
    );
  }
}

/** `out[c][m] = Σ_k factors[c][k] rows[k][m]`, c of 3 and k of 9. @param stride numbers from `out[c]` to `out[c + 1]` */
export function mix(rows: usize, length: i32, factors: usize, out: usize, stride: i32): void {
  const bytes = (<usize>length) << 2;
  const next = (<usize>stride) << 2;
  for (let m: usize = 0; m < bytes; m += 16) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let row = rows + m;
    for (let k: usize = factors; k < factors + 36; k += 4) {
      const x = v128.load(row);
      s0 = f32x4.add(s0, f32x4.mul(v128.load_splat<f32>(k), x));
      s1 = f32x4.add(s1, f32x4.mul(v128.load_splat<f32>(k, 36), x));
      s2 = f32x4.add(s2, f32x4.mul(v128.load_splat<f32>(k, 72), x));
      row += bytes;
    }
    v128.store(out + m, s0);
    v128.store(out + next + m, s1);
    v128.store(out + 2 * next + m, s2);
  }
}

/** `out[c][m] = factors[c] rows[c][m]`, c of 3. */
export function scale(rows: usize, length: i32, factors: usize, out: usize, stride: i32): void {
  const bytes = (<usize>length) << 2;
  for (let c: usize = 0; c < 12; c += 4) {
    const factor = v128.load_splat<f32>(factors + c);
    for (let m: usize = 0; m < bytes; m += 16) {
      v128.store(out + m, f32x4.mul(factor, v128.load(rows + m)));
    }
    rows += bytes;
    out += (<usize>stride) << 2;
  }
}
