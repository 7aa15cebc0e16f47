/** Meshes that the user brings: the Basel Face Model's `.mat`, the OBJ files of ICT-FaceKit, heads with their textures. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { blankImage, encodePng } from "rerenderable/base";
import { readBaselArrays, readObj } from "rerenderable/face";
import { encodeMat } from "rerenderable/testing";
import { readMatPoints } from "../../../datasets/300w-lp/mat-points.js";
import { readHead } from "../../../datasets/scanned-heads/scanned-head.js";
import { bytesOf, type Door } from "./door.js";

const vertices = 70;
const coordinates = 3 * vertices;

const floats = (rows: number, columns: number) => ({
  dimensions: [rows, columns],
  values: Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i)),
});

const places = (rows: number, columns: number) => ({
  dimensions: [rows, columns],
  values: Uint16Array.from({ length: rows * columns }, (_, i) => 1 + (i % vertices)),
  asClass: 6,
});

export const basel: Door = {
  name: "mat",
  async valid() {
    const variables = {
      meanshape: floats(1, coordinates),
      idBase: floats(coordinates, 80),
      exBase: floats(coordinates, 64),
      meantex: floats(1, coordinates),
      texBase: floats(coordinates, 80),
      tri: places(60, 3),
      keypoints: places(1, 68),
    };
    return {
      "plain.mat": encodeMat(variables),
      "compressed.mat": encodeMat(variables, { compress: true }),
      "big-endian.mat": encodeMat(variables, { bigEndian: true }),
    };
  },
  async open(file) {
    readBaselArrays(await readFile(file), file);
  },
};

export const matPoints: Door = {
  name: "mat-points",
  async valid() {
    const variables = { pt2d: floats(2, 68) };
    return { "plain.mat": encodeMat(variables), "compressed.mat": encodeMat(variables, { compress: true }) };
  },
  open: (file) => readMatPoints(file),
};

function meshText(): string {
  const corners = Array.from({ length: 20 }, (_, i) => `v ${Math.sin(i)} ${Math.cos(i)} ${i / 7}`);
  const uvs = Array.from({ length: 20 }, (_, i) => `vt ${i / 20} ${1 - i / 20}`);
  const faces = Array.from(
    { length: 16 },
    (_, i) => `f ${i + 1}/${i + 1}/1 ${i + 2}/${i + 2}/2 ${i + 3}/${i + 3}/3 ${i + 4}/${i + 4}/4`,
  );
  return ["# a mesh", "mtllib skin.mtl", ...corners, ...uvs, "usemtl skin", ...faces, ""].join("\n");
}

export const obj: Door = {
  name: "obj",
  async valid() {
    return { "mesh.obj": bytesOf(meshText()) };
  },
  async open(file) {
    readObj(await readFile(file, "utf8"), file);
  },
};

export const heads: Door = {
  name: "heads",
  together: true,
  async valid() {
    return {
      "head.obj": bytesOf(meshText()),
      "skin.mtl": bytesOf("newmtl skin\nKd 1 1 1\nmap_Kd -s 1 1 1 skin.png\n"),
      "skin.png": await encodePng(blankImage(64, 64)),
    };
  },
  open: (file) => readHead(path.dirname(file)),
};
