"use strict";
/**
 * The part of TeX that the notebooks' formulas use, as MathML, which browsers draw without a library or fonts of
 * ours: letters and numbers, sub- and superscripts, fractions, roots, accents, alphabets, fences, Greek,
 * operators, text, the number of an equation, `aligned`, `cases` and matrices.
 */

/**
 * @param {string} tex without the dollars
 * @param {boolean} display whether the formula stands on its own line
 * @returns {string | null} a `<math>` element; null where the formula uses something that is not in this file
 */
function texToMathml(tex, display) {
  try {
    const state = { tokens: tokenize(tex), at: 0, tag: null };
    const body = parseRow(state, () => false) + (state.tag === null ? "" : tagged(state.tag));
    const alt = escapeXml(tex.replace(/\s+/g, " "));
    return `<math${display ? ' display="block"' : ""} aria-label="${alt}"><mrow>${body}</mrow></math>`;
  } catch (error) {
    if (error instanceof UnknownTex) return null;
    throw error;
  }
}

class UnknownTex extends Error {}

function tokenize(tex) {
  return tex.match(/\\[a-zA-Z]+\*?|\\.|\d+(?:\.\d+)?|\s+|[\s\S]/g) ?? [];
}

/** Parses atoms with their scripts until the end or until `stop` says so; leaves the stopping token. */
function parseRow(state, stop) {
  let row = "";
  while (state.at < state.tokens.length && !stop(state.tokens[state.at])) row += parseScripted(state);
  return row;
}

function parseScripted(state) {
  const token = state.tokens[state.at];
  let base = parseAtom(state);
  if (base === "") return "";
  let sub = null;
  let sup = null;
  for (;;) {
    skipSpace(state);
    const mark = state.tokens[state.at];
    if (mark === "_" && sub === null) sub = parseArgumentAfter(state);
    else if (mark === "^" && sup === null) sup = parseArgumentAfter(state);
    else if (mark === "'") {
      state.at++;
      // Beside the letter: the sign is raised by itself, and as a superscript stands too high where there is no font for formulas.
      base = `<mrow>${base}<mtext>′</mtext></mrow>`;
    } else break;
  }
  if (sub === null && sup === null) return base;
  const [under, over, both] = LIMITS.has(token)
    ? ["munder", "mover", "munderover"]
    : ["msub", "msup", "msubsup"];
  if (sup === null) return `<${under}>${base}<mrow>${sub}</mrow></${under}>`;
  if (sub === null) return `<${over}>${base}<mrow>${sup}</mrow></${over}>`;
  return `<${both}>${base}<mrow>${sub}</mrow><mrow>${sup}</mrow></${both}>`;
}

function parseArgumentAfter(state) {
  state.at++;
  return parseArgument(state);
}

/** A group in braces, or one atom. */
function parseArgument(state) {
  skipSpace(state);
  if (state.at >= state.tokens.length) throw new UnknownTex("argument expected");
  return parseAtom(state);
}

function parseAtom(state) {
  const token = state.tokens[state.at++];
  if (/^\s/.test(token)) return "";
  if (/^\d/.test(token)) return `<mn>${token}</mn>`;
  if (/^\p{L}$/u.test(token)) return `<mi>${token}</mi>`;
  if (token === "{") {
    const row = parseRow(state, (next) => next === "}");
    expect(state, "}");
    return `<mrow>${row}</mrow>`;
  }
  if (token === "~") return space("0.33em");
  if (token === "|") return '<mo fence="true" stretchy="false">|</mo>';
  if (PLAIN_OPERATORS[token]) return `<mo>${PLAIN_OPERATORS[token]}</mo>`;
  if ("()[]".includes(token)) return `<mo stretchy="false">${token}</mo>`;
  if (token.startsWith("\\")) return parseCommand(token.slice(1), state);
  throw new UnknownTex(token);
}

function parseCommand(name, state) {
  if (SYMBOLS[name]) return `<mi>${SYMBOLS[name]}</mi>`;
  if (UPRIGHT_SYMBOLS[name]) return `<mi mathvariant="normal">${UPRIGHT_SYMBOLS[name]}</mi>`;
  if (OPERATORS[name]) return `<mo>${OPERATORS[name]}</mo>`;
  if (FENCES[name]) return `<mo stretchy="false">${FENCES[name]}</mo>`;
  if (FUNCTIONS.has(name)) return `<mi>${name}</mi>`;
  if (SPACES[name]) return space(SPACES[name]);
  if (ACCENTS[name]) {
    return `<mover accent="true">${parseArgument(state)}<mo stretchy="${WIDE.has(name)}">${ACCENTS[name]}</mo></mover>`;
  }
  if (ALPHABETS[name]) return `<mi${ALPHABETS[name].attribute}>${inAlphabet(name, rawArgument(state))}</mi>`;
  if (name === "text" || name === "textrm" || name === "mbox")
    return `<mtext>${escapeXml(rawArgument(state)).replace(/^ | $/g, "\u00a0")}</mtext>`; // MathML trims spaces
  if (name === "operatorname") return `<mi>${escapeXml(rawArgument(state))}</mi>`;
  if (name === "frac" || name === "tfrac" || name === "dfrac") {
    return `<mfrac><mrow>${parseArgument(state)}</mrow><mrow>${parseArgument(state)}</mrow></mfrac>`;
  }
  if (name === "sqrt") return `<msqrt>${parseArgument(state)}</msqrt>`;
  if (name === "tag") {
    state.tag = rawArgument(state);
    return "";
  }
  if (name === "left") return parseFenced(state);
  if (/^[bB]igg?[lr]?$/.test(name)) return `<mo>${delimiter(state)}</mo>`;
  if (name === "begin") return parseEnvironment(state);
  if (name === "limits" || name === "displaystyle") return "";
  throw new UnknownTex(name);
}

function parseFenced(state) {
  const open = delimiter(state);
  const row = parseRow(state, (token) => token === "\\right");
  expect(state, "\\right");
  const close = delimiter(state);
  const fence = (mark) => (mark ? `<mo fence="true" stretchy="true">${mark}</mo>` : "");
  return `<mrow>${fence(open)}${row}${fence(close)}</mrow>`;
}

function delimiter(state) {
  skipSpace(state);
  const token = state.tokens[state.at++];
  if (token === ".") return "";
  if (token && "()[]|/".includes(token)) return token;
  const mark = FENCES[token?.slice(1)];
  if (mark) return mark;
  throw new UnknownTex(`delimiter ${token}`);
}

function parseEnvironment(state) {
  const name = rawArgument(state);
  const kind = ENVIRONMENTS[name];
  if (!kind) throw new UnknownTex(name);
  const rows = [[]];
  for (;;) {
    const cell = parseRow(state, (token) => token === "&" || token === "\\\\" || token === "\\end");
    rows.at(-1).push(`<mtd style="text-align:${kind.align(rows.at(-1).length)}">${cell}</mtd>`);
    const end = state.tokens[state.at++];
    if (end === "\\\\") rows.push([]);
    else if (end === "\\end") break;
    else if (end !== "&") throw new UnknownTex("unfinished environment");
  }
  rawArgument(state); // the name again
  const table = `<mtable>${rows.map((cells) => `<mtr>${cells.join("")}</mtr>`).join("")}</mtable>`;
  const fence = (mark) => (mark ? `<mo fence="true" stretchy="true">${mark}</mo>` : "");
  return `<mrow>${fence(kind.open)}${table}${fence(kind.close)}</mrow>`;
}

/** The text of a group in braces (or of one token), as it stands. */
function rawArgument(state) {
  skipSpace(state);
  const token = state.tokens[state.at++];
  if (token !== "{") return token ?? "";
  let depth = 1;
  let text = "";
  while (state.at < state.tokens.length) {
    const next = state.tokens[state.at++];
    if (next === "{") depth++;
    if (next === "}" && --depth === 0) return text;
    text += next;
  }
  throw new UnknownTex("unfinished group");
}

function expect(state, token) {
  if (state.tokens[state.at++] !== token) throw new UnknownTex(`${token} expected`);
}

function skipSpace(state) {
  while (/^\s/.test(state.tokens[state.at] ?? "")) state.at++;
}

/** The number of an equation, some way after it. */
function tagged(tag) {
  return `${space("2.5em")}<mtext>(${escapeXml(tag)})</mtext>`;
}

function space(width) {
  return `<mspace width="${width}"></mspace>`;
}

function escapeXml(text) {
  return text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
}

/** Letters have their own code points in each mathematical alphabet: MathML of today has no attribute for them. */
function inAlphabet(name, text) {
  const { capital, small, exceptions = {} } = ALPHABETS[name];
  if (!/^[\p{L}\d ]*$/u.test(text) && !/^\\[a-zA-Z]+$/.test(text)) throw new UnknownTex(`${name}{${text}}`);
  if (text.startsWith("\\")) {
    const symbol = SYMBOLS[text.slice(1)] ?? UPRIGHT_SYMBOLS[text.slice(1)];
    if (!symbol) throw new UnknownTex(text);
    return symbol;
  }
  const letter = (character) => {
    if (exceptions[character]) return exceptions[character];
    if (capital && /[A-Z]/.test(character))
      return String.fromCodePoint(capital + character.charCodeAt(0) - 65);
    if (small && /[a-z]/.test(character)) return String.fromCodePoint(small + character.charCodeAt(0) - 97);
    return character;
  };
  return [...text].map(letter).join("");
}

const upright = ' mathvariant="normal"';
const bold = { capital: 0x1d400, small: 0x1d41a, attribute: upright };
const ALPHABETS = {
  mathbf: bold,
  boldsymbol: { capital: 0x1d468, small: 0x1d482, attribute: upright },
  bm: { capital: 0x1d468, small: 0x1d482, attribute: upright },
  mathrm: { attribute: upright },
  mathcal: {
    capital: 0x1d49c,
    attribute: upright,
    exceptions: { B: "ℬ", E: "ℰ", F: "ℱ", H: "ℋ", I: "ℐ", L: "ℒ", M: "ℳ", R: "ℛ" },
  },
  mathbb: {
    capital: 0x1d538,
    attribute: upright,
    exceptions: { C: "ℂ", H: "ℍ", N: "ℕ", P: "ℙ", Q: "ℚ", R: "ℝ", Z: "ℤ" },
  },
};

const words = (text) =>
  Object.fromEntries(
    text
      .trim()
      .split(/\s+/)
      .map((word) => word.split(":")),
  );

const SYMBOLS = words(`
  alpha:α beta:β gamma:γ delta:δ epsilon:ϵ varepsilon:ε zeta:ζ eta:η theta:θ vartheta:ϑ iota:ι kappa:κ lambda:λ
  mu:μ nu:ν xi:ξ pi:π rho:ρ sigma:σ tau:τ upsilon:υ phi:ϕ varphi:φ chi:χ psi:ψ omega:ω ell:ℓ`);
const UPRIGHT_SYMBOLS = words(`
  Gamma:Γ Delta:Δ Theta:Θ Lambda:Λ Xi:Ξ Pi:Π Sigma:Σ Phi:Φ Psi:Ψ Omega:Ω infty:∞ partial:∂ nabla:∇ emptyset:∅`);
const OPERATORS = words(`
  cdot:⋅ times:× odot:⊙ otimes:⊗ oplus:⊕ circ:∘ ast:∗ pm:± mp:∓ le:≤ leq:≤ ge:≥ geq:≥ ne:≠ neq:≠ approx:≈ sim:∼
  equiv:≡ propto:∝ ll:≪ gg:≫ in:∈ notin:∉ subset:⊂ cup:∪ cap:∩ to:→ rightarrow:→ mapsto:↦ leftarrow:← Rightarrow:⇒
  sum:∑ prod:∏ int:∫ forall:∀ exists:∃ mid:∣ setminus:∖ ldots:… dots:… cdots:⋯ star:⋆ top:⊤ perp:⊥`);
const FENCES = { lVert: "‖", rVert: "‖", Vert: "‖", "|": "‖", lvert: "|", rvert: "|", vert: "|" };
Object.assign(FENCES, { "{": "{", "}": "}", langle: "⟨", rangle: "⟩", lfloor: "⌊", rfloor: "⌋" });
const FUNCTIONS = new Set("min max argmin argmax exp log ln sin cos tan arccos det dim sup inf".split(" "));
const LIMITS = new Set(["\\sum", "\\prod", "\\min", "\\max", "\\argmin", "\\argmax"]);
const SPACES = {
  ",": "0.17em",
  ":": "0.22em",
  ";": "0.28em",
  " ": "0.33em",
  quad: "1em",
  qquad: "2em",
  "!": "-0.17em",
};
const ACCENTS = {
  hat: "^",
  widehat: "^",
  bar: "¯",
  overline: "¯",
  tilde: "~",
  widetilde: "~",
  vec: "→",
  dot: "˙",
};
const WIDE = new Set(["widehat", "overline", "widetilde"]);
const PLAIN_OPERATORS = {
  "+": "+",
  "-": "−",
  "=": "=",
  "<": "&lt;",
  ">": "&gt;",
  ",": ",",
  ";": ";",
  ":": ":",
  ".": ".",
  "/": "/",
  "!": "!",
  "*": "∗",
};
const centred = () => "center";
const ENVIRONMENTS = {
  aligned: { align: (column) => (column % 2 === 0 ? "right" : "left") },
  cases: { open: "{", align: () => "left" },
  matrix: { align: centred },
  pmatrix: { open: "(", close: ")", align: centred },
  bmatrix: { open: "[", close: "]", align: centred },
};

module.exports = { texToMathml };
