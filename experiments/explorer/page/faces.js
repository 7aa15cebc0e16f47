/** The loaded faces: the photo, portrait and person buttons, and which two faces are shown. */
import { attempt, byId, make, showProgress } from "./elements.js";
import { post, upload } from "./requests.js";

/**
 * @typedef {{ name: string, title: string, says: string, alt: string }} FaceMap
 * @typedef {{ l1: number, psnr: number, ssim: number }} Figures
 * @typedef {{ pictures: Record<string, Figures>, landmarkError: number }} FaceFigures
 * @typedef {{ identity: number[], expression: number[], angles: number[], translation: number[] }} Shape
 * @typedef {{ id: string, name: string, warnings: string[], figures: FaceFigures, shape: Shape, maps: FaceMap[], compared: string[] }} Face
 */

/** The most faces; the server keeps as many. */
const most = 6;

/**
 * @param {Face[]} first those that the server has already
 * @param {() => void} onChange
 */
export function makeFaces(first, onChange) {
  /** @type {Map<string, Face>} */
  const faces = new Map(first.map((face) => [face.id, face]));
  const shown = byId("shown", HTMLSelectElement);
  const other = byId("other", HTMLSelectElement);

  const refill = () => {
    const options = () =>
      [...faces.values()].map(({ id, name }) => make("option", { value: id, textContent: name }));
    const [was, wasOther] = [shown.value, other.value];
    shown.replaceChildren(...options());
    other.replaceChildren(make("option", { value: "", textContent: "none" }), ...options());
    if (faces.has(was)) shown.value = was;
    other.value = faces.has(wasOther) ? wasOther : "";
  };

  /** @param {() => Promise<Response>} request */
  async function load(request) {
    await attempt(async () => {
      showProgress("Reconstructing …");
      /** @type {Face} */
      const face = await (await request()).json();
      const before = shown.value;
      faces.delete(face.id);
      faces.set(face.id, face);
      if (faces.size > most) faces.delete(/** @type {string} */ (faces.keys().next().value));
      refill();
      shown.value = face.id;
      if (before && before !== face.id && faces.has(before)) other.value = before;
      onChange();
    });
  }

  /** @param {File | null | undefined} file */
  const loadFile = (file) => {
    if (file) load(() => upload(file));
  };
  const photo = byId("photo", HTMLInputElement);
  photo.addEventListener("change", () => {
    loadFile(photo.files?.[0]);
    photo.value = ""; // the same file may be chosen again
  });
  byId("portrait", HTMLButtonElement).addEventListener("click", () => load(() => post("/api/portrait", {})));
  const seed = byId("seed", HTMLInputElement);
  byId("person", HTMLButtonElement).addEventListener("click", () => {
    load(() => post("/api/person", { seed: seed.valueAsNumber }));
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      document.body.classList.toggle("dropping", kind === "dragover");
      if (event instanceof DragEvent && kind === "drop") loadFile(event.dataTransfer?.files[0]);
    });
  }
  shown.addEventListener("change", onChange);
  other.addEventListener("change", onChange);
  refill();

  return {
    /** @returns {Face | undefined} */
    shown: () => faces.get(shown.value),
    /** The other face, if it is not the shown one. @returns {Face | undefined} */
    other: () => (other.value === shown.value ? undefined : faces.get(other.value)),
    loadPortrait: () => load(() => post("/api/portrait", {})),
  };
}
