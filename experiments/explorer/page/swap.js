/** Two people, each as they are, under the other's light, and with the other's albedo: `R(A′ of B, L′ of A)`. */
import { byId, pictureFigure } from "./elements.js";
import { followPicture } from "./picture-stream.js";

/** @typedef {import("./faces.js").Face} Face */

/** @param {{ shown(): Face | undefined, other(): Face | undefined }} faces */
export function makeSwap(faces) {
  const place = byId("swapped", HTMLDivElement);
  const pair = () => {
    const [one, other] = [faces.shown(), faces.other()];
    return one && other ? [one, other] : undefined;
  };
  const views = [0, 1].flatMap((person) =>
    ["as it is", "light", "albedo"].map((kind) => {
      const { figure, image } = pictureFigure({ title: "", says: "", alt: "" });
      place.append(figure);
      const ask = followPicture(image, `swap-${person}-${kind.slice(0, 2)}`, () => {
        const both = pair();
        if (!both) return undefined;
        const [own, other] = [both[person], both[1 - person]];
        const albedo = { kind: "detailed", of: (kind === "albedo" ? other : own).id };
        const light = { kind: "detailed", of: (kind === "light" ? other : own).id };
        return { face: own.id, version: "loaded", albedo, light, over: false };
      });
      const describe = () => {
        const both = pair();
        if (!both) return;
        const [own, other] = [both[person], both[1 - person]];
        const says =
          kind === "as it is"
            ? "R(A′, L′)"
            : kind === "light"
              ? `under L′ of ${other.name}`
              : `with A′ of ${other.name}`;
        image.alt = `${own.name}, ${says}`;
        const [title, line] = [figure.querySelector("b"), figure.querySelector("figcaption")?.lastChild];
        if (title) title.textContent = own.name;
        if (line) line.textContent = says;
      };
      return { ask, describe };
    }),
  );
  return {
    draw() {
      const both = pair() !== undefined;
      place.hidden = !both;
      byId("swap-note", HTMLParagraphElement).hidden = both;
      for (const { ask, describe } of views) {
        describe();
        ask();
      }
    },
  };
}
