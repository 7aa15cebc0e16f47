/** The files of the page, read once at the start. The server later serves only from this table. */
import { readdir, readFile } from "node:fs/promises";

const folder = new URL("page/", import.meta.url);
const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

export interface PageFile {
  readonly type: string;
  readonly text: string;
}

/** The files by name. */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const names = (await readdir(folder)).filter((name) => types[name.split(".").pop()!]);
  const entries = names.map(async (name) => {
    const text = await readFile(new URL(name, folder), "utf8");
    return [name, { type: types[name.split(".").pop()!], text }] as const;
  });
  return new Map(await Promise.all(entries));
}
