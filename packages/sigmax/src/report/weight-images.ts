import type { Floats } from "@sigmax/core/data";
import type { ReportData } from "./data.ts";
import { count, decimal, decimalsFor } from "./format.ts";
import { html, type Html } from "./html.ts";
import { pngAddress } from "./png.ts";

/** More would make the page too long to read; the caption says what is left out. */
const mostPictures = 40;

/** Full strength of a weight that speaks for a class, and of one that speaks against it; zero is transparent. */
const colorFor = [0xd5, 0x5e, 0x00] as const;
const colorAgainst = [0x00, 0x72, 0xb2] as const;

/** The weights of each class as a picture, all on one symmetric scale. */
export function weightImages(
  { weights, evaluation, columns }: ReportData,
  image: { readonly height: number; readonly width: number },
): Html {
  const { classes } = evaluation;
  const full = scaleEnd(weights);
  const shown = classes.slice(0, mostPictures);
  const pictures = shown.map((name, k) => {
    const own = weights.subarray(k * columns.length, (k + 1) * columns.length);
    const address = pngAddress(tinted(own, full), image.height, image.width, 4);
    const size = html`width="${image.width}" height="${image.height}"`;
    return html`<li>
      <img src="${address}" ${size} alt="Weights of ${name}" class="pixels weight" />${name}
    </li>`;
  });
  const cut =
    shown.length < classes.length ? `The first ${shown.length} of ${count(classes.length)} classes. ` : "";
  return html`<p>
      A class scores the sum of the pixels, each times its weight, plus a constant; softmax turns the scores
      of all classes into probabilities. Where a picture is orange, a bright pixel speaks for the class; where
      it is blue, against it.
    </p>
    <figure>
      <ul class="pictures">
        ${pictures}
      </ul>
      ${legend(full)}
      <figcaption>
        ${cut}The weights of each class, all pictures on the same scale: orange above zero, blue below, no
        color at zero. One weight in a hundred lies beyond the ends of the scale.
      </figcaption>
    </figure>`;
}

/**
 * The size of weight that gets full color: 99 % are smaller, so that a few extreme pixels do not pale all others.
 * Where so many are zero that this would be zero too, the largest.
 */
function scaleEnd(weights: Floats): number {
  const sizes = weights.map(Math.abs).toSorted();
  const end = sizes[Math.floor(0.99 * (sizes.length - 1))];
  return end > 0 ? end : sizes[sizes.length - 1];
}

/** Red, green, blue and alpha: the hue is the sign, the alpha the size, so zero shows the page behind it, light or dark. */
function tinted(weights: Floats, full: number): Uint8Array {
  const pixels = new Uint8Array(weights.length * 4);
  weights.forEach((weight, i) => {
    pixels.set(weight > 0 ? colorFor : colorAgainst, i * 4);
    pixels[i * 4 + 3] = full === 0 ? 0 : Math.round(255 * Math.min(1, Math.abs(weight) / full));
  });
  return pixels;
}

function legend(full: number): Html {
  const end = decimal(full, decimalsFor(full, 2));
  const words = `Color scale from −${end}, blue, through 0, no color, to +${end}, orange`;
  return html`<div class="scale" role="img" aria-label="${words}">
    <div class="ramp"></div>
    <div class="ends" aria-hidden="true"><span>−${end}</span><span>0</span><span>+${end}</span></div>
  </div>`;
}
