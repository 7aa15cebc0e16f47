/**
 * Reads the files of a run as texts without places, times and figures of memory, so that equal runs give equal texts.
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { isTemporary } from "rerenderable/base";

const ofTheMoment = /second|memory/i;

/** @returns the content by path; bytes that are not text are in base64 */
export async function readResults(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const results = new Map<string, string>();
  for (const file of files.sort()) {
    const name = path.relative(folder, file);
    if (path.basename(name) === "environment.json" || isAbandoned(name)) continue;
    results.set(name, withoutMoment(name, await readFile(file), folder));
  }
  return results;
}

/** Whether a file is half-written: in a store that many processes share, such a file stays for ten minutes. */
function isAbandoned(name: string): boolean {
  return name.split(path.sep).includes("store") && isTemporary(path.basename(name));
}

function withoutMoment(name: string, bytes: Buffer, folder: string): string {
  const text = () => bytes.toString("utf8").replaceAll(folder, "<folder>");
  switch (path.extname(name)) {
    case ".json":
      return stripped(text());
    case ".jsonl":
      return text()
        .split("\n")
        .map((line) => line && stripped(line))
        .join("\n");
    case ".csv":
      return text()
        .split("\n")
        .filter((line) => !ofTheMoment.test(line))
        .join("\n");
    case ".html":
    case ".txt":
      return text();
    default:
      return bytes.toString("base64");
  }
}

function stripped(json: string): string {
  const content = JSON.parse(json, (key, value) => (ofTheMoment.test(key) ? undefined : value));
  return JSON.stringify(content);
}
