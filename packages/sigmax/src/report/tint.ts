import type { Floats } from "@sigmax/core/data";
import { decimal, decimalsFor } from "./format.ts";
import { html, type Html } from "./html.ts";

/** Full strength of a number above zero, which speaks for a class, and of one below; zero is transparent. */
const colorFor = [0xd5, 0x5e, 0x00] as const;
const colorAgainst = [0x00, 0x72, 0xb2] as const;

/**
 * The size of number that gets full color: 99 % are smaller, so that a few extreme pixels do not pale all others.
 * Where so many are zero that this would be zero too, the largest.
 */
export function scaleEnd(values: Floats): number {
  const sizes = values.map(Math.abs).toSorted();
  const end = sizes[Math.floor(0.99 * (sizes.length - 1))];
  return end > 0 ? end : sizes[sizes.length - 1];
}

/** Red, green, blue and alpha: the hue is the sign, the alpha the size, so zero shows the page behind it, light or dark. */
export function tinted(values: Floats, full: number): Uint8Array {
  const pixels = new Uint8Array(values.length * 4);
  values.forEach((value, i) => {
    pixels.set(value > 0 ? colorFor : colorAgainst, i * 4);
    pixels[i * 4 + 3] = full === 0 ? 0 : Math.round(255 * Math.min(1, Math.abs(value) / full));
  });
  return pixels;
}

/** The scale of such pictures. */
export function tintScale(full: number): Html {
  const end = decimal(full, decimalsFor(full, 2));
  const words = `Color scale from −${end}, blue, through 0, no color, to +${end}, orange`;
  return html`<div class="scale" role="img" aria-label="${words}">
    <div class="ramp"></div>
    <div class="ends" aria-hidden="true"><span>−${end}</span><span>0</span><span>+${end}</span></div>
  </div>`;
}
