import { lineY, ruleX, ruleY, type PlotOptions } from "@observablehq/plot";
import { version } from "@sigmax/core";
import type { ActivationFacts } from "@sigmax/core/functions";
import type { AtlasMeasured } from "./atlas-data.ts";
import { measuredFacts, measuredOverview } from "./atlas-figures.ts";
import { atlasMeasured } from "./atlas-measured.ts";
import { drawing, figure, section } from "./figure.ts";
import { html, nothing, trusted, type Html } from "./html.ts";
import { inLayers } from "./in-layers.ts";
import { page } from "./page.ts";

/** Where the graphs begin and end; a multiple of a step of theirs is at every kink. */
const [from, to, step] = [-5, 5, 1 / 32];
/** Slopes of neighboring points that differ by more than this lie on either side of a kink. */
const jump = 0.2;

/** One HTML file about activation functions: formula, graph, facts, and what a deep network showed with each. */
export function renderAtlas(
  activations: readonly ActivationFacts[],
  measured: AtlasMeasured | null = atlasMeasured,
): string {
  const title = activations.length === 1 ? activations[0].title : "Atlas of activation functions";
  return page(
    `${title} · Sigmax`,
    version,
    html`<header>
        <p class="kicker">Sigmax</p>
        <h1>${title}</h1>
        ${activations.length === 1 ? nothing : lead()}
      </header>
      <main>
        ${activations.length === 1 ? nothing : overview(activations)}
        ${measured === null || activations.length === 1 ? nothing : measuredOverview(measured, activations)}
        ${activations.map((facts) => chapter(facts, measured))}
      </main>
      <footer>
        <p class="colophon">
          Made by sigmax ${version}. This page is complete in itself: it runs no program and loads nothing.
        </p>
      </footer>`,
  );
}

function lead(): Html {
  return html`<p class="lead">
    A layer of a network adds up its inputs; its activation bends the sums. Without a bend, any number of
    layers is one layer. Which bend decides how far a gradient reaches, whether units fall silent, and what an
    output may mean.
  </p>`;
}

function overview(activations: readonly ActivationFacts[]): Html {
  const rows = activations.map(
    ({ name, title, range, derivativeRange, fact }) =>
      html`<tr>
        <th scope="row"><a href="#${name}">${title}</a></th>
        <td>${range}</td>
        <td>${derivativeRange}</td>
        <td>${fact}</td>
      </tr>`,
  );
  return section(
    "all",
    "All at a glance",
    html`<figure class="tabular">
      <div class="scroll" tabindex="0" role="region" aria-label="All activation functions">
        <table class="atlas">
          <thead>
            <tr>
              <th scope="col">function</th>
              <th scope="col">values</th>
              <th scope="col">derivative</th>
              <th scope="col">in one line</th>
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>
      <figcaption>
        Values and derivatives of the functions as they start: slope 0.01 for Leaky ReLU, 0.25 for PReLU, α =
        1 for ELU, β = 1 for swish.
      </figcaption>
    </figure>`,
  );
}

function chapter(facts: ActivationFacts, measured: AtlasMeasured | null): Html {
  const { name, title, mathml, graph } = facts;
  const about = graph.about === null ? "" : ` Drawn: ${graph.about}.`;
  const words = `Line chart of ${title} and its derivative from ${from} to ${to}. ${facts.fact}`;
  return section(
    name,
    title,
    html`<p>${facts.fact}</p>
      <div class="pair">
        <div>
          <div class="formulas">${formula(mathml.formula)} ${formula(mathml.derivative)}</div>
          <dl class="facts card-facts">
            ${[
              ["Values", facts.range],
              ["Derivative", facts.derivativeRange],
              ["Kinks", facts.kinks],
              ["In layers", inLayers(name)],
              ["Source", facts.source],
            ].map(
              ([term, text]) =>
                html`<div>
                  <dt>${term}</dt>
                  <dd>${text}</dd>
                </div>`,
            )}
          </dl>
        </div>
        ${figure(
          drawing(curves(facts), words),
          html`<span class="key"><span class="stroke"></span> value</span>
            <span class="key"><span class="stroke train"></span> derivative</span>${about}`,
        )}
      </div>
      <div class="pair">
        <div>
          <h3>Strengths</h3>
          <ul class="sentences">
            ${facts.strengths.map((text) => html`<li>${text}</li>`)}
          </ul>
        </div>
        <div>
          <h3>Weaknesses</h3>
          <ul class="sentences">
            ${facts.weaknesses.map((text) => html`<li>${text}</li>`)}
          </ul>
        </div>
      </div>
      ${measured === null ? nothing : measuredFacts(facts, measured)}`,
  );
}

/** The MathML is our own, from the list of activations. */
function formula(mathml: string): Html {
  return html`<div class="scroll">${trusted(`<math display="block"><mrow>${mathml}</mrow></math>`)}</div>`;
}

interface Point {
  readonly x: number;
  /** NaN breaks the line. */
  readonly y: number;
}

function curves({ graph }: ActivationFacts): PlotOptions {
  const xs = Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step);
  const values = xs.map((x) => ({ x, y: graph.value(x) }));
  const slopes = broken(xs.map((x) => ({ x, y: graph.derivative(x) })));
  const channels = { x: "x", y: "y" };
  return {
    height: 260,
    marginLeft: 36,
    marginRight: 12,
    marginBottom: 36,
    x: { label: "x", domain: [from, to], labelOffset: 32, ticks: 10 },
    y: { label: null, grid: true, nice: true, ticks: 6 },
    marks: [
      ruleX([0], { stroke: "var(--rule)" }),
      ruleY([0], { stroke: "var(--soft)" }),
      lineY(slopes, { ...channels, stroke: "var(--train)", strokeDasharray: "5 3", strokeWidth: 1.75 }),
      lineY(values, { ...channels, stroke: "var(--right)", strokeWidth: 2.25 }),
    ],
  };
}

/** The points with a gap at each jump. */
function broken(points: readonly Point[]): Point[] {
  return points.flatMap((point, i) => {
    const isJump = i > 0 && Math.abs(point.y - points[i - 1].y) > jump;
    return isJump ? [{ x: point.x, y: Number.NaN }, point] : [point];
  });
}
