/** Tells every page that listens what happens on the server: stages of a reconstruction, steps of a training. */
import type { Terms } from "rerenderable";

export type Announcement =
  | { readonly kind: "stage"; readonly face: string; readonly stage: string; readonly share: number }
  | {
      readonly kind: "step";
      readonly step: number;
      readonly of: number;
      readonly terms: Terms;
      /** Time of this step. */
      readonly milliseconds: number;
    }
  /** New pictures of the training stand at `training/<name>`. */
  | { readonly kind: "preview"; readonly step: number; readonly psnr: number }
  | {
      readonly kind: "end";
      readonly step: number;
      readonly why: "finished" | "stopped" | "failed";
      readonly error?: string;
    };

export interface Announcements {
  say(announcement: Announcement): void;
  /** @returns a function to call when the listener leaves */
  listen(listener: (announcement: Announcement) => void): () => void;
  /** Number of listeners. */
  readonly size: number;
}

export function createAnnouncements(): Announcements {
  const listeners = new Set<(announcement: Announcement) => void>();
  return {
    say(announcement) {
      for (const listener of listeners) listener(announcement);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get size() {
      return listeners.size;
    },
  };
}
