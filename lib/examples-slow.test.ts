/** The usage examples in the docs of the library, each `@example` with its code, are type-checked in one program. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";

const library = import.meta.dirname;
const root = path.dirname(library);

/** Where each example stands, "path:line", and its code. */
async function readExamples(): Promise<Map<string, string>> {
  const examples = new Map<string, string>();
  for (const file of await readdir(library, { recursive: true })) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts") || file.includes("node_modules")) continue;
    const text = await readFile(path.join(library, file), "utf8");
    for (const { index, 1: code } of text.matchAll(/ \* @example\n \* ```ts\n((?: \*.*\n)+?) \* ```/g)) {
      const line = text.slice(0, index).split("\n").length;
      examples.set(`lib/${file.split(path.sep).join("/")}:${line}`, code.replace(/^ \* ?/gm, ""));
    }
  }
  return examples;
}

/** @returns what is wrong with each example, by its place */
function typeErrors(examples: ReadonlyMap<string, string>): string[] {
  const config = ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.config.compilerOptions, root);
  options.noUnusedLocals = false; // an example may end with what it makes
  const host = ts.createCompilerHost(options);
  const files = new Map([...examples].map(([place], i) => [path.join(root, `example-${i}.ts`), place]));
  const { fileExists, readFile: readSource, getSourceFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => examples.get(files.get(file) ?? "") ?? readSource(file);
  host.getSourceFile = (file, language, ...others) => {
    const code = examples.get(files.get(file) ?? "");
    return code === undefined
      ? getSourceFile(file, language, ...others)
      : ts.createSourceFile(file, code, language);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([file, place]) => {
    const source = program.getSourceFile(file)!;
    const wrong = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return wrong.map(({ messageText }) => `${place}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
  });
}

describe("usage examples in docs", function () {
  this.timeout(300_000);

  it("are right in their types, import what the doors export, and have at most eight lines of code", async () => {
    const examples = await readExamples();
    assert.ok(examples.size >= 20, `only ${examples.size} examples were found`);
    for (const [place, code] of examples) {
      const lines = code.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("import "));
      assert.ok(lines.length <= 8, `${place} has ${lines.length}`);
    }
    // One that is wrong shows that wrong ones are found.
    examples.set("planted", 'import { readImage } from "rerenderable";\nreadImage(7);\nnowhere();\n');
    const errors = typeErrors(examples);
    const planted = errors.filter((error) => error.startsWith("planted: "));
    assert.deepEqual(errors, planted);
    assert.equal(planted.length, 2);
  });
});
