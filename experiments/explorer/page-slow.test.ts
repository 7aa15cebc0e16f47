/** The explorer's page in a browser, through each of its features with the bundled portrait. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { AxeResults } from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { prepareEngine } from "rerenderable";
import { showExplorer } from "rerenderable/notebook";
import { noise, portrait } from "../run/run-program.js";
import { findBrowser } from "./find-browser.js";
import { type Explorer, startExplorer } from "./server.js";

const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };
const program = findBrowser();

describe("experiments/explorer/page", () => {
  if (!program) {
    it("has a browser to run in", function () {
      this.test!.title += ": no Chromium on the PATH or in CHROMIUM";
      this.skip();
    });
    return;
  }
  let explorer: Explorer;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  before(async () => {
    await prepareEngine("wasm");
    explorer = await startExplorer(0, 64);
    browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
    page = await browser.newPage({ viewport: desk });
    page.setDefaultTimeout(300_000);
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
  });
  after(async () => {
    await browser?.close();
    await explorer?.close();
  });
  afterEach(() => assert.deepEqual(complaints.splice(0), []));

  /** Looks now and then: at each frame, as is the default, looking is all that a small machine does. */
  function until<T>(what: (given: T) => boolean, given: T): Promise<unknown> {
    return page.waitForFunction(what as Parameters<Page["waitForFunction"]>[0], given, { polling: 200 });
  }

  /** Does something, and waits until the large picture is another. */
  async function redrawn(action: () => Promise<unknown>): Promise<void> {
    const before = await page.getAttribute("#picture", "src");
    await action();
    await until((src) => {
      const image = document.querySelector<HTMLImageElement>("#picture")!;
      return image.src !== src && image.complete && image.naturalWidth === 224;
    }, before);
  }
  const says = (selector: string, pattern: RegExp) =>
    until(
      ([place, source]) => new RegExp(source).test(document.querySelector(place)!.textContent),
      [selector, pattern.source],
    );
  const pictured = (selector: string, count: number) =>
    until(
      ([place, n]) => {
        const images = [...document.querySelectorAll<HTMLImageElement>(`${place} img`)];
        return (
          images.length === n && images.every(({ complete, naturalWidth }) => complete && naturalWidth > 0)
        );
      },
      [selector, count] as const,
    );
  const numberIn = async (selector: string) => Number(await page.inputValue(selector));

  it("begins with the portrait and each of its stages, every picture with words", async () => {
    await page.goto(explorer.url);
    await pictured("#maps", 11);
    await page.waitForFunction(
      () => document.querySelector<HTMLImageElement>("#picture")!.naturalWidth === 224,
    );
    const wordless = await page.$$eval("img", (images) => images.filter(({ alt }) => alt.length < 5).length);
    assert.equal(wordless, 6, "those of the swap, which has no second face yet");
    assert.match(await page.innerText("#figures"), /R\(A′, L′\)\s+0\.\d+\s+\d+\.\d+ dB/);
  });

  it("moves the light by keyboard and by the ball", async () => {
    await page.focus("#controls-light-azimuth");
    await redrawn(() => page.keyboard.press("ArrowRight"));
    assert.equal(await numberIn("#controls-light-azimuth"), 41);
    assert.equal(await page.inputValue("#light"), "far:");
    await page.locator("#ball").scrollIntoViewIfNeeded();
    const box = (await page.locator("#ball").boundingBox())!;
    await redrawn(async () => {
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 8, box.y + box.height / 2, { steps: 3 });
      await page.mouse.up();
    });
    assert.ok(Math.abs((await numberIn("#controls-light-azimuth")) + 49) < 4);
    assert.ok(Math.abs(await numberIn("#controls-light-elevation")) < 4);
    assert.match((await page.getAttribute("#ball", "aria-label"))!, /° to the left/);
  });

  it("turns the head by dragging, moves the mouth by a slider, and goes back", async () => {
    const yaw = "#controls-pose-angles\\.1";
    const before = await numberIn(yaw);
    await page.locator("#picture").scrollIntoViewIfNeeded();
    const box = (await page.locator("#picture").boundingBox())!;
    await redrawn(async () => {
      await page.mouse.move(box.x + 100, box.y + 200);
      await page.mouse.down();
      await page.mouse.move(box.x + 200, box.y + 200, { steps: 4 });
      await page.mouse.up();
    });
    assert.ok((await numberIn(yaw)) > before + 0.2);
    await page.click("summary:has-text('Expression')");
    await redrawn(() => page.locator("#controls-expression-expression\\.0").fill("0.9"));
    await page.click("summary:has-text('Identity')");
    await redrawn(() => page.locator("#controls-identity-identity\\.0").fill("-2"));
    await redrawn(() => page.click("#reset"));
    assert.ok(Math.abs((await numberIn(yaw)) - before) < 0.011);
    await redrawn(() => page.check("#over"));
    await redrawn(() => page.selectOption("#albedo", "prior:portrait"));
    await redrawn(() => page.selectOption("#light", "made:window"));
    await redrawn(() => page.selectOption("#light", "surroundings:forest"));
  });

  it("draws a second person and swaps albedo and light between the two", async () => {
    await page.fill("#seed", "3");
    await redrawn(() => page.click("#person"));
    await pictured("#swapped", 6);
    assert.equal(await page.inputValue("#other"), "portrait");
    await pictured("#maps", 12);
    const alts = await page.$$eval("#swapped img", (images) =>
      images.map((image) => (image as HTMLImageElement).alt),
    );
    assert.deepEqual(alts[1], "Person 3, under L′ of The bundled portrait");
    await redrawn(() => page.selectOption("#light", "detailed:portrait"));
    await redrawn(() => page.selectOption("#shown", "portrait"));
  });

  it("compares two settings side by side, and shows either in the large picture", async () => {
    await page.locator("#refine-steps").fill("1");
    await page.selectOption("#prior", "fit");
    await page.locator("#weights-image").fill("40");
    await page.click("#run-a");
    await pictured("#side-a", 4);
    assert.match(await page.innerText("#side-a"), /prior fit\s+1 steps at 0\.0001\s+image 40 \(default 10\)/);
    await page.click("#weights-reset");
    await page.click("#run-b");
    await pictured("#side-b", 4);
    assert.doesNotMatch(await page.innerText("#side-b"), /default/);
    await redrawn(() => page.selectOption("#version", "a"));
  });

  it("trains live with curves and pictures, to the end or until it is stopped", async () => {
    await page.selectOption("#other", "");
    await page.click("#train");
    await says("#training-state", /1 steps, finished; R\(A′, L′\) \d/);
    await pictured("#previews", 4);
    const curves = await page.$$eval(".curve svg", (all) => all.map((svg) => svg.getAttribute("aria-label")));
    assert.match(curves[0]!, /^total, by step: /);
    assert.ok(curves.length > 5);
    await page.locator("#refine-steps").fill("90");
    await page.click("#train");
    await says("#training-state", /Step \d+ of 90/);
    await page.click("#stop");
    await says("#training-state", /\d+ steps, stopped/);
    assert.equal(await page.isEnabled("#train"), true);
  });

  it("saves the setting as a config file and the face as a GLB", async () => {
    for (const [button, name, first] of [
      ["#config", "explorer-setting.json", /^\{\s+"experiment": "evaluate-detail"/],
      ["#glb", "face.glb", /^glTF/],
    ] as const) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
      assert.equal(download.suggestedFilename(), name);
      assert.match((await readFile(await download.path())).toString("latin1"), first);
    }
  });

  it("takes a photo, chosen or dropped, and says in one line what is wrong with one", async () => {
    const png = { name: "noise.png", mimeType: "image/png", buffer: Buffer.from(noise(300, 200)) };
    await page.setInputFiles("#photo", png);
    await says("#error", /noise\.png: expected a face/);
    await page.setInputFiles("#photo", { ...png, name: "text.jpg", buffer: Buffer.from("no photo") });
    await says(
      "#error",
      /text\.jpg: expected a photo \(JPEG, PNG, WebP, TIFF, GIF or AVIF\), got another kind of file\./,
    );
    await page.setInputFiles("#photo", { ...png, name: "huge.png", buffer: Buffer.alloc(21 * 2 ** 20) });
    await says("#error", /Too large: expected a photo of at most 20 MB/);
    await page.click("#error button");
    assert.equal(await page.isVisible("#error"), false);
    const bytes = [...(await readFile(portrait))];
    await redrawn(() =>
      page.evaluate((values) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(values)], "dropped.png"));
        document.body.dispatchEvent(
          new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }),
        );
      }, bytes),
    );
    assert.equal(await page.locator("#shown option:checked").innerText(), "dropped.png");
    // A browser notes in its console what was refused.
    const refused = complaints.splice(0);
    assert.equal(refused.length, 3, refused.join("\n"));
    for (const line of refused) assert.match(line, /status of (422|413)/);
  });

  it("is accessible at a desk and on a phone, in light and in dark", async () => {
    const axe = await readFile(createRequire(import.meta.url).resolve("axe-core"), "utf8");
    await page.evaluate(axe);
    for (const details of await page.$$("details"))
      await details.evaluate((one) => one.setAttribute("open", ""));
    for (const viewport of [desk, phone]) {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        const { violations } = await page.evaluate(async () => {
          const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
          return axe.run();
        });
        const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        const found = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
        assert.deepEqual(found, []);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= viewport.width, `${wide} px at ${viewport.width}`);
      }
    }
  });

  it("stands in a notebook's frame, whose page is another's", async () => {
    const { port } = new URL(explorer.url);
    const cell = String(showExplorer({ port: Number(port) }).data["text/html"]);
    const notebook: Server = createServer((_, response) => {
      response.setHeader("Content-Type", "text/html");
      response.end(`<!doctype html><title>notebook</title>${cell}`);
    });
    await new Promise<void>((resolve) => notebook.listen(0, "127.0.0.1", resolve));
    const other = await browser.newPage();
    await other.goto(`http://localhost:${(notebook.address() as AddressInfo).port}/`);
    const frame = other.frameLocator("iframe[title=Explorer]");
    await frame.locator("#maps img").first().waitFor({ timeout: 300_000 });
    await other.close();
    notebook.close();
  });
});
