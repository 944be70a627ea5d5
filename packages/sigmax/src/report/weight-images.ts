import type { ReportData } from "./data.ts";
import { count } from "./format.ts";
import { html, type Html } from "./html.ts";
import { pngAddress } from "./png.ts";
import { scaleEnd, tinted, tintScale } from "./tint.ts";

/** More would make the page too long to read; the caption says what is left out. */
const mostPictures = 40;

/** The weights of each class as a picture, all on one symmetric scale. */
export function weightImages(
  { evaluation, columns }: ReportData,
  weights: Float32Array | Float64Array,
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
      ${tintScale(full)}
      <figcaption>
        ${cut}The weights of each class, all pictures on the same scale: orange above zero, blue below, no
        color at zero. One weight in a hundred lies beyond the ends of the scale.
      </figcaption>
    </figure>`;
}
