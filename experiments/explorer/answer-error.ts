/** What the page reads when a request fails. */
import type { Context } from "hono";
import { InputError } from "rerenderable";
import { printable } from "rerenderable/base";
import { z } from "zod";
import { CrowdedError } from "./turns.js";

export function answerError(error: Error, context: Context) {
  if (error instanceof InputError) return context.json({ error: error.message }, 422);
  if (error instanceof CrowdedError) return context.json({ error: error.message }, 503);
  if (error instanceof z.ZodError) {
    const { path, message } = error.issues[0];
    return context.json({ error: `${path.join(".") || "request"}: ${message}.` }, 400);
  }
  // A page that was closed, or left for another, ends its requests in the middle: nobody reads this answer.
  if (context.req.raw.signal.aborted) return context.body(null, 400);
  const lines = error.stack?.slice(0, 600).split("\n") ?? [];
  process.stderr.write(`explore: unexpected: ${lines.map(printable).join("\n")}\n`);
  return context.json({ error: `Unexpected: ${error.message.slice(0, 200)}` }, 500);
}
