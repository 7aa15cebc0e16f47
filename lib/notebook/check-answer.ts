/** Checks a reader's answer to an exercise, and says something useful if it is not right yet. */
import { display, escapeHtml, type MimeBundle } from "./display.js";

export type Answer = number | string | boolean;

/** What counts as right, and what to say about wrong answers. */
export interface RightAnswer<T extends Answer> {
  readonly is: T;
  /** How far off a number may be; 0 by default. Text is compared without regard to case and outer spaces. */
  readonly within?: number;
  /** Hints for answers that are wrong for a known reason. The first hint whose test holds is shown. */
  readonly hints?: readonly { readonly when: (answer: T) => boolean; readonly say: string }[];
  /** The hint for every other wrong answer. */
  readonly hint: string;
  /** Shown with a right answer: why it is right. */
  readonly because: string;
}

export type Verdict = "open" | "right" | "wrong";

/** @param answer `undefined` while there is none */
export function judgeAnswer<T extends Answer>(
  answer: T | undefined,
  right: RightAnswer<T>,
): { verdict: Verdict; say: string } {
  if (answer === undefined) return { verdict: "open", say: "no answer yet." };
  if (typeof answer !== typeof right.is) {
    return { verdict: "wrong", say: `the answer is a ${typeof right.is}, and this is a ${typeof answer}.` };
  }
  if (typeof answer === "number" && !Number.isFinite(answer)) {
    return { verdict: "wrong", say: `the answer is a finite number, and this is ${answer}.` };
  }
  if (isSame(answer, right)) return { verdict: "right", say: right.because };
  const known = right.hints?.find(({ when }) => when(answer));
  return { verdict: "wrong", say: known?.say ?? right.hint };
}

function isSame<T extends Answer>(answer: T, { is, within = 0 }: RightAnswer<T>): boolean {
  if (typeof answer === "number" && typeof is === "number") return Math.abs(answer - is) <= within;
  if (typeof answer === "string" && typeof is === "string") {
    return answer.trim().toLowerCase() === is.trim().toLowerCase();
  }
  return answer === is;
}

const marks: Readonly<Record<Verdict, string>> = { open: "…", right: "✓", wrong: "✗" };
const words: Readonly<Record<Verdict, string>> = { open: "open", right: "right", wrong: "not yet" };

/**
 * Shows whether an answer is right. It never gives the answer away.
 *
 * @param exercise its name, for instance "Exercise 1"
 * @param answer `undefined` while there is none
 */
export function checkAnswer<T extends Answer>(
  exercise: string,
  answer: T | undefined,
  right: RightAnswer<T>,
): MimeBundle {
  const { verdict, say } = judgeAnswer(answer, right);
  const text = `${marks[verdict]} ${exercise}, ${words[verdict]}: ${say}`;
  return display({
    data: {
      "text/html": `<p class="answer ${verdict}">${marks[verdict]} <b>${escapeHtml(exercise)}</b>, ${words[verdict]}: ${escapeHtml(say)}</p>`,
      "text/plain": text,
    },
    metadata: {},
  });
}
