/** Puts the page together. */
import { makeComparison } from "./compare.js";
import { attempt, showProgress } from "./elements.js";
import { makeFaces } from "./faces.js";
import { getJson } from "./requests.js";
import { makeSetting } from "./setting.js";
import { showStages } from "./stages.js";
import { makeSwap } from "./swap.js";
import { makeTraining, on } from "./training.js";
import { makeViewer } from "./viewer.js";

await attempt(async () => {
  const { controls, faces: first } = await getJson("/api/state");
  let shown = "";
  const faces = makeFaces(first, () => update());
  const viewer = makeViewer(controls, faces);
  const swap = makeSwap(faces);
  const setting = makeSetting(controls);
  const comparison = makeComparison(setting, faces, () => {
    viewer.allowVersions(faces.shown()?.compared ?? []);
    viewer.draw();
  });
  const events = new EventSource("/api/events");
  makeTraining(events, setting, faces);
  on(events, "stage", ({ stage, share }) => {
    showProgress(share > 0 ? `${stage} ${Math.round(100 * share)} %` : stage);
  });

  function update() {
    const face = faces.shown();
    if (!face) return;
    if (face.id === shown) viewer.fillChoices();
    else {
      shown = face.id;
      viewer.allowVersions(face.compared);
      viewer.show();
      showStages(face);
      comparison.clear();
    }
    swap.draw();
  }
  if (first.length > 0) update();
  else await faces.loadPortrait();
});
