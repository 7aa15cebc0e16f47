/** Makes a registered backend the one that tfjs computes on. */
import * as tf from "@tensorflow/tfjs";

/** @throws if the backend does not start */
export async function makeCurrent(backend: string): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs could not initialise its ${backend} backend`);
}
