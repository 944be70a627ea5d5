import { line, type PlotOptions } from "@observablehq/plot";
import type { NetworkFigures, ReportData } from "./data.ts";
import { drawing, figure, headsOf, section, tabular } from "./figure.ts";
import { count, counted, decimal, figures, percent, rounded, scientific } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

/** More lines could not be told apart. */
const mostLines = 6;
const space = "\u00a0"; // a line does not break there

/** (0, "256:relu") → "1 256:relu", in one piece */
function numbered(place: number, name: string): string {
  return `${place + 1} ${name}`.replaceAll(" ", space);
}

/** The hidden layers: what they are, and how each fared while it trained; nothing of a linear model. */
export function network({ network: own }: ReportData): Html {
  if (own === undefined) return nothing;
  const { layers, history, outputs } = own;
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  return section(
    "network",
    "The network",
    html`<p>
        ${counted(layers.length - 1, "hidden layer")} of ${count(parameters)} parameters in all, the last
        layer’s among them, turn the columns into the ${count(outputs)} numbers that the classes are scored
        from. No weight belongs to a column alone, so there are no coefficients to read. ${stopInWords(own)}
      </p>
      ${layerTable(own)} ${history.length > 1 ? pictures(own) : nothing}`,
  );
}

function stopInWords({ stopped }: NetworkFigures): string {
  if (stopped === null) return "";
  const { epoch, loss, patience, isEarly } = stopped;
  const why = isEarly
    ? `Training stopped when ${counted(patience, "epoch")} had brought no lower loss on the validation rows`
    : "Training came to its last epoch";
  return `${why}; the weights are those of epoch ${epoch}, where that loss was lowest (${decimal(loss)}).`;
}

function layerTable({ layers, epoch, stopped }: NetworkFigures): Html {
  const hasDead = layers.some(({ meters }) => meters !== null && meters.dead !== null);
  const hasSlopes = layers.some(({ slopes }) => slopes !== null);
  const kept = stopped === null ? "" : `, as the model has them, of epoch ${stopped.epoch}`;
  const lines = layers.map(({ name, parameters, meters, slopes }, i) => {
    const cells =
      meters === null
        ? ["", "", "", ...(hasDead ? [""] : [])]
        : [
            scientific(meters.gradientNorm),
            scientific(meters.updateRatio),
            `${figures(meters.mean, 3)}${space}±${space}${figures(meters.deviation, 3)}`,
            ...(hasDead ? [meters.dead === null ? "" : percent(meters.dead)] : []),
          ];
    return html`<tr>
      <th scope="row">${numbered(i, name)}</th>
      <td class="number">${count(parameters)}</td>
      ${[...cells, ...(hasSlopes ? [slopesInWords(slopes)] : [])].map((text) => html`<td class="number">${text}</td>`)}
    </tr>`;
  });
  const heads = [
    "Parameters",
    "Gradient",
    "Step / weights",
    "Outputs",
    ...(hasDead ? ["Dead"] : []),
    ...(hasSlopes ? ["Learned shape"] : []),
  ];
  return tabular(
    "Layers",
    headsOf("Layer", heads),
    lines,
    html`The layers at the end of epoch ${epoch}. Gradient: the length of the gradient of the last batch’s
    mean loss; step / weights: how long the last step was against the weights; outputs: mean ± standard
    deviation over units and
    rows${hasDead ? "; dead: units that were 0 for every row looked at" : ""}${hasSlopes ? `; learned shape: slopes of prelu or β of swish, mean and range over units${kept}` : ""}.`,
  );
}

function slopesInWords(slopes: NetworkFigures["layers"][number]["slopes"]): string {
  if (slopes === null) return "";
  return slopes.least === slopes.most
    ? figures(slopes.mean, 3)
    : `${figures(slopes.mean, 3)} (${figures(slopes.least, 3)} to ${figures(slopes.most, 3)})`;
}

interface Point {
  readonly epoch: number;
  readonly layer: string;
  readonly value: number;
}

function pictures({ history, layers }: NetworkFigures): Html {
  const shown = layers.length <= mostLines ? layers.map((_, i) => i) : spread(layers.length);
  const points = (
    measure: (meters: NonNullable<(typeof layers)[number]["meters"]>) => number | null,
  ): Point[] =>
    history.flatMap(({ epoch, layers: own }) =>
      shown.flatMap((i) => {
        const value = measure(own[i]);
        return value === null ? [] : [{ epoch, layer: numbered(i, own[i].name), value }];
      }),
    );
  const gradients = points(({ gradientNorm }) => (gradientNorm > 0 ? gradientNorm : null));
  const dead = points(({ dead: share }) => (share === null ? null : 100 * share));
  const names = shown.map((i) => numbered(i, layers[i].name));
  return html`<div class="pair">
    ${figure(
      drawing(
        chart(gradients, names, "length of the gradient", "log"),
        `Line chart of the gradient's length by epoch, for ${names.join(", ")}.`,
      ),
      html`Length of each layer’s gradient by epoch (logarithmic). Lines far apart mean that some layers
      hardly learn. ${keys(names)}`,
    )}
    ${
      dead.length === 0
        ? nothing
        : figure(
            drawing(
              chart(dead, names, "dead units (%)", "linear"),
              "Line chart of the share of dead units by epoch.",
            ),
            html`Units that were 0 for every row looked at, by epoch. Lines as in the figure before.`,
          )
    }
  </div>`;
}

const dashes = ["none", "6 3", "2 2", "8 3 2 3", "1 3", "10 5"];

function chart(
  points: readonly Point[],
  names: readonly string[],
  label: string,
  type: "log" | "linear",
): PlotOptions {
  return {
    height: 240,
    marginLeft: marginFor(type === "log" ? points : []),
    marginRight: 12,
    marginBottom: 38,
    x: {
      label: "epoch",
      labelOffset: 36,
      ticks: 6,
      tickFormat: (epoch: number) => (Number.isInteger(epoch) ? String(epoch) : ""),
    },
    y:
      type === "log"
        ? { label, type, grid: true, ticks: 4, tickFormat: rounded }
        : { label, domain: [0, 100], grid: true, ticks: 5 },
    marks: names.map((name, place) =>
      line(
        points.filter(({ layer }) => layer === name),
        { x: "epoch", y: "value", stroke: hue(place), strokeDasharray: dash(place), strokeWidth: 1.75 },
      ),
    ),
  };
}

/** Room for the longest number beside a logarithmic axis, and for three figures beside a linear one. */
function marginFor(points: readonly Point[]): number {
  const labels = points.map(({ value }) => rounded(10 ** Math.floor(Math.log10(value))).length);
  return Math.max(52, 18 + 6 * Math.max(0, ...labels));
}

/** Lines are told apart by dashes as well: hues alone would not do on paper. @param place among the lines that are shown */
function dash(place: number): string {
  return dashes[place];
}

function hue(place: number): string {
  return ["var(--right)", "var(--wrong)", "var(--train)"][place % 3];
}

function keys(names: readonly string[]): Html {
  return html`${names.map(
    (name, place) =>
      html`<span class="key"
        ><svg class="stroke-key" width="26" height="8" aria-hidden="true">
          <line
            x1="0"
            y1="4"
            x2="26"
            y2="4"
            style="stroke:${hue(place)};stroke-width:2;stroke-dasharray:${dash(place)}"
          />
        </svg>
        ${name}</span
      > `,
  )}`;
}

/** The first, the last, and some between them. */
function spread(length: number): number[] {
  return Array.from({ length: mostLines }, (_, i) => Math.round((i * (length - 1)) / (mostLines - 1)));
}
