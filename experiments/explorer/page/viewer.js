/** The large picture, and the controls of what it shows: shape, albedo and light, each chosen by itself. */
import { attempt, byId, make, save } from "./elements.js";
import { makeLightBall } from "./light-ball.js";
import { followPicture } from "./picture-stream.js";
import { post } from "./requests.js";
import { makeSliders } from "./sliders.js";

/**
 * @typedef {import("./faces.js").Face} Face
 * @typedef {import("./sliders.js").Control} Control
 * @typedef {{ groups: { name: string, title: string, says: string, controls: Control[] }[], lights: { made: string[], surroundings: string[] } }} Controls
 */

/** How far a drag over the whole picture turns the head, radians. */
const turn = 1.6;

/**
 * @param {Controls} controls
 * @param {{ shown(): Face | undefined, other(): Face | undefined }} faces
 */
export function makeViewer(controls, faces) {
  const albedo = byId("albedo", HTMLSelectElement);
  const light = byId("light", HTMLSelectElement);
  const version = byId("version", HTMLSelectElement);
  const over = byId("over", HTMLInputElement);
  const picture = byId("picture", HTMLImageElement);
  /** @type {Map<string, import("./sliders.js").Sliders>} */
  const sliders = new Map();
  for (const { name, title, says, controls: list } of controls.groups) {
    const place = make("div", { className: "sliders", id: `controls-${name}` });
    const open = name === "light";
    const details = make("details", { open }, make("summary", { textContent: title }));
    details.append(make("p", { className: "hint", textContent: says }), place);
    byId("groups", HTMLDivElement).append(details);
    sliders.set(
      name,
      makeSliders(place, list, (key, value) => {
        if (name === "light") lightMoved();
        else shapeMoved(key, value);
      }),
    );
  }
  const lightSliders = /** @type {import("./sliders.js").Sliders} */ (sliders.get("light"));
  const firstLight = lightSliders.values();
  const drawBall = makeLightBall(byId("ball", HTMLCanvasElement), (azimuth, elevation) => {
    lightSliders.set("azimuth", azimuth);
    lightSliders.set("elevation", elevation);
    lightMoved();
  });

  /**
   * The shown shape. It is kept here, because the sliders' steps are coarser than the found values. @type
   * {import("./faces.js").Shape}
   */
  let shape = { identity: [], expression: [], angles: [], translation: [] };

  function lightMoved() {
    light.value = "far:";
    drawBall(lightSliders.value("azimuth"), lightSliders.value("elevation"));
    draw();
  }

  /** @param {string} key as `identity.3` @param {number} value */
  function shapeMoved(key, value) {
    const [part, i] = key.split(".");
    shape[/** @type {keyof typeof shape} */ (part)][Number(i)] = value;
    over.checked = false; // it would no longer lie on the photo
    draw();
  }

  function chosenLight() {
    const [kind, name] = light.value.split(":");
    if (kind === "far") return { kind, ...lightSliders.values() };
    return kind === "made" || kind === "surroundings" ? { kind, name } : { kind, of: name };
  }

  const latency = byId("latency", HTMLSpanElement);
  const draw = followPicture(
    picture,
    "main",
    () => {
      const face = faces.shown();
      if (!face) return undefined;
      const [kind, of] = albedo.value.split(":");
      describe(face);
      return {
        face: face.id,
        version: version.value,
        albedo: { kind, of },
        light: chosenLight(),
        shape,
        over: over.checked,
      };
    },
    (milliseconds) => {
      latency.textContent = `(${Math.round(milliseconds)} ms)`;
    },
  );

  /** @param {Face} face */
  function describe(face) {
    const text = `${face.name}: ${albedo.selectedOptions[0]?.textContent}, under ${light.selectedOptions[0]?.textContent}`;
    byId("what", HTMLSpanElement).textContent = text;
    picture.alt = `${text}, as the controls say`;
  }

  function fillChoices() {
    const [one, other] = [faces.shown(), faces.other()];
    if (!one) return;
    /** @type {[string, string][]} */
    const albedos = [
      [`detailed:${one.id}`, "detailed albedo A′"],
      [`prior:${one.id}`, "prior albedo A"],
    ];
    /** @type {[string, string][]} */
    const lights = [
      [`detailed:${one.id}`, "its detailed light L′"],
      [`coarse:${one.id}`, "its coarse light L"],
      ["far:", "the light of the ball"],
    ];
    if (other) {
      albedos.push(
        [`detailed:${other.id}`, `A′ of ${other.name}`],
        [`prior:${other.id}`, `A of ${other.name}`],
      );
      lights.push(
        [`detailed:${other.id}`, `L′ of ${other.name}`],
        [`coarse:${other.id}`, `L of ${other.name}`],
      );
    }
    albedos.push([`white:${one.id}`, "grey, for the light alone"]);
    for (const name of controls.lights.made) lights.push([`made:${name}`, `made up: ${name}`]);
    for (const name of controls.lights.surroundings)
      lights.push([`surroundings:${name}`, `surroundings: ${name}`]);
    fill(albedo, albedos);
    fill(light, lights);
  }

  /** Goes back to the face as it was found. */
  function reset() {
    const face = faces.shown();
    if (!face) return;
    shape = structuredClone(face.shape);
    for (const { name, controls: list } of controls.groups) {
      if (name === "light") continue;
      for (const { key } of list) sliders.get(name)?.set(key, valueIn(shape, key));
    }
    for (const [key, value] of Object.entries(firstLight)) lightSliders.set(key, value);
    drawBall(firstLight.azimuth, firstLight.elevation);
    light.value = `detailed:${face.id}`;
    albedo.value = `detailed:${face.id}`;
    over.checked = false;
    draw();
  }

  for (const input of [albedo, light, version, over]) input.addEventListener("change", draw);
  byId("reset", HTMLButtonElement).addEventListener("click", reset);
  byId("glb", HTMLButtonElement).addEventListener("click", () =>
    attempt(async () => {
      const face = faces.shown();
      if (!face) return;
      const { identity, expression } = shape;
      const what = { face: face.id, version: version.value, identity, expression };
      save(await (await post("/api/glb", what)).blob(), "face.glb");
    }),
  );
  const pose = controls.groups.find(({ name }) => name === "pose")?.controls ?? [];
  dragToTurn(picture, (x, y) => {
    for (const [key, by] of /** @type {[string, number][]} */ ([
      ["angles.1", turn * x],
      ["angles.0", turn * y],
    ])) {
      const control = pose.find((one) => one.key === key);
      if (!control) continue;
      const value = Math.min(Math.max(valueIn(shape, key) + by, control.least), control.most);
      sliders.get("pose")?.set(key, value);
      shapeMoved(key, value);
    }
  });
  drawBall(firstLight.azimuth, firstLight.elevation);

  return {
    draw,
    /** Called when another face is shown. */
    show() {
      version.value = "loaded";
      fillChoices();
      reset();
    },
    /** Called when another face stands beside the shown one. */
    fillChoices() {
      fillChoices();
      draw();
    },
    /** @param {string[]} compared sides that there are */
    allowVersions(compared) {
      for (const option of version.options)
        option.disabled = option.value !== "loaded" && !compared.includes(option.value);
    },
  };
}

/** @param {import("./faces.js").Shape} shape @param {string} key as `identity.3` */
function valueIn(shape, key) {
  const [part, i] = key.split(".");
  return shape[/** @type {keyof typeof shape} */ (part)][Number(i)] ?? 0;
}

/** @param {HTMLSelectElement} select @param {[string, string][]} choices */
function fill(select, choices) {
  const before = select.value;
  select.replaceChildren(...choices.map(([value, textContent]) => make("option", { value, textContent })));
  if (choices.some(([value]) => value === before)) select.value = before;
}

/** @param {HTMLElement} element @param {(x: number, y: number) => void} onDrag parts of its side */
function dragToTurn(element, onDrag) {
  element.addEventListener("pointerdown", (event) => element.setPointerCapture(event.pointerId));
  element.addEventListener("pointermove", (event) => {
    if (!element.hasPointerCapture(event.pointerId)) return;
    const side = element.getBoundingClientRect().width;
    onDrag(event.movementX / side, event.movementY / side);
  });
}
