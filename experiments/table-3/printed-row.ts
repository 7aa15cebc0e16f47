/** Sets the numbers that the paper prints beside ours. */
import type { PrintedRow } from "./config.js";

/**
 * A row of the paper's table with our columns. The numbers of LightCNN and evoLVe stand in the columns of the judges with
 * these names. Where others judge in their place, they stand in the columns of those, with the name before the number.
 * @param judges names of our judges, in the order of their columns
 */
export function printedRow(method: string, row: PrintedRow, judges: readonly string[]) {
  const { l1, psnr, ssim, LightCNN, evoLVe } = row;
  const printed: Readonly<Record<string, number | undefined>> = { LightCNN, evoLVe };
  const homeless = Object.keys(printed).filter((name) => !judges.includes(name));
  const cells: Record<string, number | string | undefined> = {};
  for (const judge of judges) {
    if (judge in printed) {
      cells[judge] = printed[judge];
      continue;
    }
    const name = homeless.shift();
    cells[judge] = name && printed[name] && `${name} ${printed[name]}`;
  }
  return { dataset: "celeba, as printed", method, region: "its own", l1, psnr, ssim, ...cells };
}
