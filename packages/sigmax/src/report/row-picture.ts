import { count } from "./format.ts";
import { html, type Html } from "./html.ts";
import { pngAddress } from "./png.ts";

/** A row whose columns are pixels, as a picture in grays. @param pixelMax the value of white */
export function rowPicture(
  row: { readonly row: number; readonly label: string; readonly values: readonly (number | string | null)[] },
  { height, width }: { readonly height: number; readonly width: number },
  pixelMax: number,
): Html {
  const gray = Uint8Array.from(row.values, (value) =>
    Math.round((255 * Math.min(Math.max(Number(value), 0), pixelMax)) / pixelMax),
  );
  return html`<img
    src="${pngAddress(gray, height, width, 1)}"
    width="${width}"
    height="${height}"
    alt="Row ${count(row.row)}, labeled ${row.label}"
    class="pixels"
  />`;
}
