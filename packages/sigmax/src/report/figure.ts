import { plot, type PlotOptions } from "@observablehq/plot";
import { parseHTML } from "linkedom/worker"; // one file of linkedom, a third of the import time of all its files

import { html, trusted, type Html } from "./html.ts";

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

/** A section of the report. */
export function section(id: string, title: string, content: Html): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section> `;
}
