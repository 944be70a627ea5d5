import { lineY, type PlotOptions } from "@observablehq/plot";
import type { ActivationFacts } from "@sigmax/core/functions";
import type { AtlasMeasured, MeasuredActivation } from "./atlas-data.ts";
import { drawing, figure, section } from "./figure.ts";
import { norm, measuredWords } from "./atlas-words.ts";
import { count, counted, decimal, percent, percentRange } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

/** How all compare: the same deep network, trained with one after the other. */
export function measuredOverview(measured: AtlasMeasured, all: readonly ActivationFacts[]): Html {
  const { activations } = measured;
  const ranked = activations.toSorted((a, b) => b.accuracy - a.accuracy);
  const rows = ranked.map((each) => {
    const title = all.find(({ name }) => name === each.name)?.title ?? each.name;
    return html`<tr>
      <th scope="row"><a href="#${each.name}">${title}</a></th>
      <td class="number">
        ${percent(each.accuracy)} <span class="range">${percentRange(each.accuracyRange)}</span>
      </td>
      <td class="number">${lossAtEnd(each)}</td>
      <td class="number">${percent(each.deadShares.at(-1) ?? 0)}</td>
      <td class="number">${shrinkage(each.gradientNorms.start)}</td>
      <td>${each.initialization}</td>
      <td class="number">${String(each.learningRate)}</td>
    </tr>`;
  });
  return section(
    "measured",
    "Measured, not folklore",
    html`<p>${setting(measured)}</p>
      <figure class="tabular">
        <div class="scroll" tabindex="0" role="region" aria-label="All activations measured">
          <table>
            <thead>
              <tr>
                <th scope="col">activation</th>
                <th scope="col" class="number">accuracy</th>
                <th scope="col" class="number">training loss</th>
                <th scope="col" class="number">dead units</th>
                <th scope="col" class="number">gradient, first : last</th>
                <th scope="col">start</th>
                <th scope="col" class="number">rate</th>
              </tr>
            </thead>
            <tbody>
              ${rows}
            </tbody>
          </table>
        </div>
        <figcaption>
          After ${counted(measured.epochs, "epoch")}, medians over ${counted(measured.seeds.length, "seed")}.
          Accuracy on ${count(measured.testRows)} test rows, below it from the worst seed to the best; dead
          units let none of ${count(measured.testRows)} test rows through; the gradient of the first hidden
          layer against that of the last, before the first step: far below 1 it vanishes on the way back, far
          above it explodes.
        </figcaption>
      </figure>`,
  );
}

/** What was measured of one; nothing where it was not. */
export function measuredFacts({ name, title }: ActivationFacts, measured: AtlasMeasured): Html {
  const found = measured.activations.find((each) => each.name === name);
  if (found === undefined) return nothing;
  const { gradientNorms, losses, deadShares } = found;
  const byLayer = (norms: readonly number[]): Point[] =>
    norms.map((value, i) => ({ place: i + 1, value })).filter(({ value }) => value > 0 && value < Infinity);
  const byEpoch = (values: readonly number[], first: number): Point[] =>
    values.map((value, i) => ({ place: i + first, value })).filter(({ value }) => Number.isFinite(value));
  const norms = curve(
    "layer",
    "gradient norm",
    byLayer(gradientNorms.end),
    byLayer(gradientNorms.start),
    true,
  );
  const loss = curve("epoch", "loss", byEpoch(losses, 1), [], false);
  const dead = curve(
    "epoch",
    "dead units (%)",
    byEpoch(
      deadShares.map((share) => 100 * share),
      0,
    ),
    [],
    false,
  );
  return html`<h3>Measured</h3>
    <p>${measuredWords(found, measured).join(" ")}</p>
    <div class="multiples measured">
      ${figure(
        drawing(norms, `Line chart of ${title}'s gradient norm by layer.`),
        html`Gradient norm by layer, inputs left.
          <span class="key"><span class="stroke train"></span> before the first step</span>
          <span class="key"><span class="stroke"></span> after the last</span>`,
      )}
      ${figure(drawing(loss, `Line chart of ${title}'s loss by epoch.`), html`Training loss by epoch.`)}
      ${
        deadShares.every((share) => share === 0)
          ? nothing
          : figure(
              drawing(dead, `Line chart of the share of dead units of ${title} by epoch.`),
              html`Share of units that no test row moves, by epoch.`,
            )
      }
    </div>`;
}

function setting(measured: AtlasMeasured): string {
  const { layers, units, source, trainRows, recipe, epochs } = measured;
  return `A plain network of ${layers} hidden layers of ${units} units, without normalization or shortcuts, was trained on ${count(trainRows)} rows of ${source} for ${counted(epochs, "epoch")} (${recipe}), once with each activation, from the same seeds. So deep and so plain a network is hard on purpose: it shows what each function does to a gradient.`;
}

/** A loss that is no number has diverged. */
function lossAtEnd({ losses }: MeasuredActivation): string {
  const last = losses.at(-1) ?? Number.NaN;
  return Number.isFinite(last) ? decimal(last) : "diverged";
}

function shrinkage(norms: readonly number[]): string {
  const ratio = (norms.at(0) ?? 0) / (norms.at(-1) ?? 0);
  return Number.isNaN(ratio) ? "–" : norm(ratio);
}

/** The powers of ten around some values, and the few of them that get a mark: all would crowd a small picture. */
function decades(values: readonly number[]): PlotOptions["y"] {
  const exponents = (values.length === 0 ? [1] : values).map((value) => Math.floor(Math.log10(value)));
  const [least, most] = [Math.min(...exponents), Math.max(...exponents) + 1];
  const every = Math.ceil((most - least) / 4);
  const marks = Array.from({ length: Math.floor((most - least) / every) + 1 }, (_, i) => most - i * every);
  return {
    type: "log",
    domain: [10 ** least, 10 ** most],
    ticks: marks.map((exponent) => 10 ** exponent),
    tickFormat: power,
  };
}

function power(value: number): string {
  return `1e${Math.round(Math.log10(value))}`.replace("-", "−");
}

interface Point {
  readonly place: number;
  readonly value: number;
}

function curve(
  across: string,
  up: string,
  solid: readonly Point[],
  dashed: readonly Point[],
  isLog: boolean,
): PlotOptions {
  const channels = { x: "place", y: "value" };
  return {
    height: 200,
    width: 260,
    marginLeft: 46,
    marginRight: 8,
    marginBottom: 36,
    x: { label: across, labelOffset: 32, ticks: 5, tickFormat: String },
    y: {
      label: up,
      grid: true,
      ...(isLog
        ? decades([...solid, ...dashed].map(({ value }) => value))
        : { zero: true, nice: true, ticks: 4 }),
    },
    marks: [
      lineY(dashed, { ...channels, stroke: "var(--train)", strokeDasharray: "5 3", strokeWidth: 1.75 }),
      lineY(solid, { ...channels, stroke: "var(--right)", strokeWidth: 2 }),
    ],
  };
}
