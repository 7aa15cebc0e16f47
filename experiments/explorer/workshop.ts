/** What the explorer does behind its requests: faces, pictures, comparisons, a training; one computation at a time. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createReconstructor, InputError, type Reconstructor } from "rerenderable";
import { evaluateDetail } from "../evaluate-detail/config.js";
import { type Announcements, createAnnouncements } from "./announcements.js";
import { figuresOf } from "./describe-face.js";
import { faceFiles } from "./face-files.js";
import { createFaceShelf, type FaceShelf } from "./face-shelf.js";
import { type LiveTraining, type PreviewName, startTraining } from "./live-training.js";
import { type LoadedFace, loadFace, loadPerson, reconstructAgain } from "./loaded-face.js";
import { createPainter, type Painter } from "./paint.js";
import { type Requests, requestSchemas } from "./requests.js";
import { createTurns, type Turns } from "./turns.js";
import { readUpload } from "./upload.js";

/** Side of the pictures, px. */
const pictureSide = 224;
const portrait = new URL("../../datasets/portraits/astronaut.png", import.meta.url);

/** Owns tensors and networks: `dispose()` frees them. */
export type Workshop = Awaited<ReturnType<typeof openWorkshop>>;

/** @param uvSize side of the flat maps */
export async function openWorkshop(uvSize = 256) {
  const reconstructor = await createReconstructor(uvSize);
  const painter = createPainter(reconstructor, pictureSide);
  const tools: Tools = {
    reconstructor,
    painter,
    shelf: createFaceShelf(),
    turns: createTurns(),
    announcements: createAnnouncements(),
  };
  const { shelf, turns, announcements } = tools;
  const { end, ...training } = oneTraining(tools);
  return {
    model: reconstructor.model.data,
    schemas: requestSchemas(reconstructor.model.data),
    shelf,
    announcements,
    turns,
    ...faceLoaders(tools),
    ...faceFiles(tools),
    ...training,
    compare: (request: Requests["comparison"]) => turns.take(() => compare(tools, request)),
    async dispose() {
      await end();
      await turns.take(async () => {
        painter.dispose();
        reconstructor.dispose();
      });
    },
  };
}

/** The parts of the workshop that its requests share. */
interface Tools {
  readonly reconstructor: Reconstructor;
  readonly painter: Painter;
  readonly shelf: FaceShelf;
  readonly turns: Turns;
  readonly announcements: Announcements;
}

/** Requests that put a face on the shelf. */
function faceLoaders({ reconstructor, shelf, turns, announcements }: Tools) {
  /** Loads a face, unless a face of this id is there already. */
  async function obtain(id: string, load: (onStage: StageListener) => Promise<LoadedFace>) {
    return turns.take(async () => {
      const found = shelf.find(id);
      if (found) return found;
      const face = await load(sayStage(announcements, id));
      shelf.put(face);
      return face;
    });
  }

  return {
    upload(name: string, bytes: Uint8Array) {
      const id = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
      return obtain(id, async (onStage) =>
        loadFace(reconstructor, id, await readUpload(name, bytes), onStage),
      );
    },
    async portrait() {
      const bytes = await readFile(portrait);
      return obtain("portrait", async (onStage) =>
        loadFace(reconstructor, "portrait", await readUpload("The bundled portrait", bytes), onStage),
      );
    },
    person: ({ seed }: Requests["person"]) =>
      obtain(`person-${seed}`, (onStage) => loadPerson(reconstructor, seed, onStage)),
  };
}

/** Reconstructs a face with other settings, for one side of the comparison. */
async function compare(
  { reconstructor, shelf, announcements }: Tools,
  { face: id, side, setting }: Requests["comparison"],
) {
  const face = shelf.get(id);
  const { prior, steps, learningRate } = setting;
  const losses = { ...evaluateDetail.settings.refine.losses, weights: setting.weights };
  const start = performance.now();
  const result = await reconstructAgain(
    reconstructor,
    face,
    { prior, refine: { steps, learningRate, losses } },
    sayStage(announcements, id),
  );
  face.compared.set(side, result);
  return { figures: figuresOf(result), seconds: (performance.now() - start) / 1000 };
}

/** Requests about the training, of which only one runs at a time. */
function oneTraining({ reconstructor, shelf, turns, announcements }: Tools) {
  let training: LiveTraining | undefined;
  let runs = false;
  return {
    /** @throws InputError if a training runs already */
    train({ face, other, setting }: Requests["training"]) {
      if (runs) throw new InputError("training", "none under way (stop it first)", "one that runs");
      const request = {
        face: shelf.get(face),
        ...(other !== null && other !== face && { other: shelf.get(other) }),
        setting,
      };
      runs = true;
      training = startTraining(reconstructor, turns, announcements, request);
      void training.ended.then(() => {
        runs = false;
      });
    },
    stopTraining() {
      training?.stop();
    },
    preview: (name: PreviewName) => training?.previews.get(name),
    /** Stops the training and waits for its end. */
    async end() {
      training?.stop();
      await training?.ended;
    },
  };
}

type StageListener = NonNullable<Parameters<typeof loadFace>[3]>;

const sayStage =
  ({ say }: Announcements, face: string): StageListener =>
  (stage, share) =>
    say({ kind: "stage", face, stage, share });
