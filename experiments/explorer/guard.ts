/**
 * Who is answered: pages of this server, and programs of this machine. The socket is on the loopback alone, so what is left
 * to keep out are pages of others in the same browser, which come with a foreign `Origin`, or, where their name was made to
 * point here, with a foreign `Host`.
 */
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

/** @param port tells the port once the server listens */
export function guard(port: () => number): MiddlewareHandler {
  return async (context, next) => {
    // Where the port is 80, browsers leave it out.
    const ports = port() === 80 ? ["", ":80"] : [`:${port()}`];
    const own = ["127.0.0.1", "localhost"].flatMap((name) => ports.map((part) => name + part));
    const host = context.req.header("host") ?? "";
    if (!own.includes(host)) return context.json({ error: "Host: expected this server's own address." }, 403);
    const origin = context.req.header("origin");
    if (origin !== undefined && origin !== `http://${host}`) {
      return context.json({ error: "Origin: expected this server's own page." }, 403);
    }
    // A browser says so itself where another page asks; such a page may show ours in a frame, and no more.
    const site = context.req.header("sec-fetch-site") ?? "none";
    const shown = context.req.header("sec-fetch-mode") === "navigate" && context.req.method === "GET";
    if (!["none", "same-origin"].includes(site) && !shown) {
      return context.json({ error: "Sec-Fetch-Site: expected this server's own page." }, 403);
    }
    return next();
  };
}

/** The page loads what this server has, nothing inline, and may be framed by notebooks of this machine. */
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
  xFrameOptions: false, // it knows no ports; `frame-ancestors` says who
  strictTransportSecurity: false, // there is no TLS on a loopback
  referrerPolicy: "no-referrer",
  crossOriginResourcePolicy: "same-origin",
  crossOriginOpenerPolicy: "same-origin",
});
