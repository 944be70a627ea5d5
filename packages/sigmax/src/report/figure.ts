import { plot, type PlotOptions } from "@observablehq/plot";
import { parseHTML } from "linkedom/worker"; // one file of linkedom, a third of the import time of all its files

import { html, nothing, trusted, type Html } from "./html.ts";

/** The width figures are drawn at: text keeps its size on a phone, and two stand side by side on a desk. */
const figureWidth = 360;

/**
 * An Observable Plot drawing as inline SVG.
 *
 * @param description what a reader who cannot see it should know
 */
export function drawing(options: PlotOptions, description: string): Html {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg: { readonly outerHTML: string } = plot({
    width: figureWidth,
    ...options,
    className: "plot",
    document,
  });
  // Not by setAttribute: linkedom leaves < as it is in attributes.
  return html`<svg role="img" aria-label="${description}" ${trusted(svg.outerHTML.slice("<svg".length))}`;
}

/** A picture with its caption below; the style sheet numbers the captions. */
export function figure(picture: Html, caption: Html): Html {
  return html`<figure>
    ${picture}
    <figcaption>${caption}</figcaption>
  </figure>`;
}

/** A table with its caption below, in a box that scrolls by itself where it is wider than the page, or, if tall, higher than most of it. */
export function tabular(
  label: string,
  heads: readonly { readonly title: string; readonly isNumber: boolean }[],
  lines: readonly Html[],
  caption: Html,
  { kind = null, isTall = false }: { readonly kind?: string | null; readonly isTall?: boolean } = {},
): Html {
  return html`<figure class="tabular">
    <div class="scroll${isTall ? " tall" : ""}" tabindex="0" role="region" aria-label="${label}">
      <table${kind === null ? nothing : html` class="${kind}"`}>
        <thead>
          <tr>
            ${heads.map(
              ({ title, isNumber }) =>
                html`<th scope="col" ${isNumber ? html` class="number"` : nothing}>${title}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${lines}
        </tbody>
      </table>
    </div>
    <figcaption>${caption}</figcaption>
  </figure>`;
}

/** Titles of columns: the first of names, the others of numbers. */
export function headsOf(
  first: string,
  numbers: readonly string[],
): { readonly title: string; readonly isNumber: boolean }[] {
  return [first, ...numbers].map((title, i) => ({ title, isNumber: i > 0 }));
}

/** A section of the report. */
export function section(id: string, title: string, content: Html): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section> `;
}
