/**
 * Decides who is answered: pages of this server, and programs of this machine. The socket is on the loopback only, so
 * there remain pages of other servers in the same browser. They come with a foreign `Origin` or, if their name was made
 * to point here, with a foreign `Host`.
 */
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

/** @param port gives the port, once the server listens */
export function guard(port: () => number): MiddlewareHandler {
  return async (context, next) => {
    // Browsers leave out the port 80.
    const ports = port() === 80 ? ["", ":80"] : [`:${port()}`];
    const own = ["127.0.0.1", "localhost"].flatMap((name) => ports.map((part) => name + part));
    const host = context.req.header("host") ?? "";
    if (!own.includes(host)) return context.json({ error: "Host: expected this server's own address." }, 403);
    const origin = context.req.header("origin");
    if (origin !== undefined && origin !== `http://${host}`) {
      return context.json({ error: "Origin: expected this server's own page." }, 403);
    }
    // A browser says itself when another page asks. Such a page may show ours in a frame, and nothing else.
    const site = context.req.header("sec-fetch-site") ?? "none";
    const shown = context.req.header("sec-fetch-mode") === "navigate" && context.req.method === "GET";
    if (!["none", "same-origin"].includes(site) && !shown) {
      return context.json({ error: "Sec-Fetch-Site: expected this server's own page." }, 403);
    }
    return next();
  };
}

/** The page loads only files of this server and nothing inline. Notebooks of this machine may show it in a frame. */
export const pageHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", "blob:", "data:"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'self'", "http://localhost:*", "http://127.0.0.1:*"],
  },
  xFrameOptions: false, // it cannot name ports; `frame-ancestors` says who may
  strictTransportSecurity: false, // there is no TLS on a loopback
  referrerPolicy: "no-referrer",
  crossOriginResourcePolicy: "same-origin",
  crossOriginOpenerPolicy: "same-origin",
});
