/** Two pictures of the same thing, one over the other, with a slider that uncovers the second. */
import sharp from "sharp";
import { display, escapeHtml, type MimeBundle } from "./display.js";
import { type CaptionedImage, imageToPng } from "./image-strip.js";

export interface ComparisonOptions {
  /** Width in pixels; by default as wide as the pictures, at least 224 and at most 560. */
  readonly width?: number;
}

/**
 * Shows a slider from `before` to `after`. It needs no script. If a front end removes styles, the two pictures stand
 * one below the other.
 *
 * @throws if the pictures differ in size
 */
export async function showComparison(
  before: CaptionedImage,
  after: CaptionedImage,
  { width = Math.min(Math.max(before.image.width, 224), 560) }: ComparisonOptions = {},
): Promise<MimeBundle> {
  const [a, b] = [before.image, after.image];
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(
      `showComparison: \`after\` should be ${a.width} x ${a.height} px as \`before\` but is ${b.width} x ${b.height}.`,
    );
  }
  const [first, second] = await Promise.all([before, after].map((one) => picture(one, width)));
  const label = `from "${before.caption}" to "${after.caption}"`;
  const html = `<div class="comparison" style="--cut:50%;max-width:${width}px">
<div style="position:relative;line-height:0">${first}
<div style="position:absolute;inset:0;clip-path:inset(0 0 0 var(--cut))">${second}</div></div>
<input type="range" min="0" max="100" value="50" aria-label="${escapeHtml(label)}" style="width:100%;margin:6px 0 0" oninput="this.parentNode.style.setProperty('--cut',this.value+'%')">
<div style="display:flex;justify-content:space-between;gap:1em;font-size:13px"><span>${escapeHtml(before.caption)}</span><span style="text-align:right">${escapeHtml(after.caption)}</span></div>
</div>`;
  return display({
    data: { "text/html": html, "text/plain": `[a slider ${label}]` },
    metadata: {},
  });
}

async function picture(one: CaptionedImage, width: number): Promise<string> {
  const jpeg = await sharp(await imageToPng(one, width))
    .jpeg({ quality: 88, chromaSubsampling: "4:4:4" })
    .toBuffer();
  const source = `data:image/jpeg;base64,${jpeg.toString("base64")}`;
  return `<img src="${source}" alt="${escapeHtml(one.caption)}" style="width:100%;height:auto">`;
}
