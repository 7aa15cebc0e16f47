/** Gives tfjs's webgpu backend the browser's `navigator.gpu` for as long as the backend looks for it. */

/** Runs `make` while `navigator.gpu` is there; Node.js has a `navigator` of its own from version 21. */
export function withNavigator<T>(gpu: object, make: () => T): T {
  const had = "navigator" in globalThis;
  if (!had) Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  const { navigator } = globalThis as unknown as { navigator: { gpu?: object } };
  const own = Object.getOwnPropertyDescriptor(navigator, "gpu");
  try {
    Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
    return make();
  } finally {
    delete navigator.gpu;
    if (own) Object.defineProperty(navigator, "gpu", own);
    if (!had) delete (globalThis as { navigator?: unknown }).navigator;
  }
}
