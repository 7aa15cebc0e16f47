/**
 * Sin and Cos for tfjs's webgpu backend. WGSL allows its own functions an error of 2⁻¹¹ (5e-4), and SwiftShader's do
 * have it: a head turned by 0.5 radians has vertices 3e-4 off, a twentieth of a pixel at 224. Here the error is that
 * of a float: the angle is brought to within π/4 of a multiple of π/2, and a polynomial does the rest (Moshier's
 * Cephes, `sinf` and `cosf`).
 */
import * as tf from "@tensorflow/tfjs";
import { gpuOf, type Shader } from "../../webgpu-kernel.js";

/** Registers both kernels in the place of tfjs's own. */
export function registerSines(): void {
  for (const [kernelName, quarters] of [
    ["Sin", 0],
    ["Cos", 1],
  ] as const) {
    const stock = tf.getKernel(kernelName, "webgpu");
    tf.unregisterKernel(kernelName, "webgpu");
    const kernelFunc: tf.KernelFunc = (call) => sine(call as unknown as Call, quarters);
    tf.registerKernel({ ...stock, kernelFunc });
  }
}

/** The call of a kernel; tfjs passes floats only. */
interface Call {
  readonly inputs: { readonly x: tf.TensorInfo };
  readonly backend: object;
}

/** The sine of `x + quarters · π/2`. */
function sine({ inputs: { x }, backend }: Call, quarters: number): tf.TensorInfo {
  return gpuOf(backend).run(shader, [x], { shape: x.shape, dtype: "float32" }, { uniforms: { quarters } });
}

const shader: Shader = {
  name: "Sine",
  inputs: ["x"],
  uniforms: { quarters: "i32" },
  code: /* wgsl */ `
    fn each(i: i32) {
      let angle = x[i];
      // Beyond, the three parts of π/2 are too few; angles that large have lost their meaning in a float anyway.
      if (!(abs(angle) < 8192.0)) {
        result[i] = select(sin(angle), cos(angle), uniforms.quarters == 1);
        return;
      }
      let turns = round(angle * 0.636619772);
      let rest = fma(-turns, 7.54978995489e-8, fma(-turns, 4.837512969970703e-4, fma(-turns, 1.5703125, angle)));
      let square = rest * rest;
      let sine = fma(fma(fma(-1.9515295891e-4, square, 8.3321608736e-3), square, -1.6666654611e-1), square * rest, rest);
      let cosine = fma(
        fma(fma(2.443315711809948e-5, square, -1.388731625493765e-3), square, 4.166664568298827e-2),
        square * square,
        fma(-0.5, square, 1.0),
      );
      let quarter = (i32(turns) + uniforms.quarters) & 3;
      let value = select(sine, cosine, (quarter & 1) == 1);
      result[i] = select(value, -value, quarter >= 2);
    }`,
};
