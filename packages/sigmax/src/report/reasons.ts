import { covarianceInWords } from "./covariance.ts";
import type { Reason, ReportData } from "./data.ts";
import { drawing, section } from "./figure.ts";
import { cell, count, figures, inWords, level, percent, percentRange, signed } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";
import { nameOfPart } from "./names.ts";
import { pngAddress } from "./png.ts";
import { rowPicture } from "./row-picture.ts";
import { scaleEnd, tinted, tintScale } from "./tint.ts";
import { waterfall, waterfallSteps } from "./waterfall.ts";

/** Columns with a step of their own in a drawing; the table below it has more. */
const mostSteps = 10;
const mostLines = 200;

/** Classes with a line of their own. */
const mostClasses = 4;

interface Image {
  readonly height: number;
  readonly width: number;
}

/** Why some rows have the probabilities that they have: what each column added to the log-odds. */
export function reasons(data: ReportData): Html {
  const { reasons: found, image } = data;
  const { rows, of } = found;
  if (rows.length === 0) return nothing;
  const one = rows.length === 1;
  const which =
    of === "mistakes"
      ? `${one ? "The mistake" : `The ${inWords(rows.length)} mistakes`} the model was most sure of, taken apart: what spoke for the class it chose, against the true one.`
      : `No row was wrong, so here ${one ? "is the row" : `are the ${inWords(rows.length)} rows`} the model was least sure of, taken apart: what spoke for the class it chose, against the runner-up.`;
  const hasTexts = rows.some(({ explanation: { contributions } }) =>
    contributions.some(({ count: times }) => times !== undefined),
  );
  const start =
    found.baseline === "zeros"
      ? "all pixels black"
      : `every number at its training mean${hasTexts ? ", empty texts" : ""} and no category`;
  const full = image === null ? 0 : scaleEnd(Float64Array.from(rows.flatMap(logOddsOf)));
  const content = rows.map((reason) => article(reason, data, image, full));
  return section(
    "reasons",
    "Why the model said so",
    html`<p>
        ${which} The model adds up its columns, so this is exact and not an estimate: it starts from a row
        with ${start} (the baseline), and what each ${image === null ? "column" : "pixel"} adds sums to the
        log-odds of the one class against the other.
      </p>
      <div class="reasons">${content}</div>
      ${image === null ? nothing : html`<div class="legend">${tintScale(full)}</div>`}
      ${intervalsInWords(data)}`,
  );
}

function logOddsOf({ explanation }: Reason): number[] {
  return explanation.contributions.map(({ logOdds }) => logOdds);
}

/** What the intervals of a row leave out; why there are none is said in "The fit" where there is one. */
function intervalsInWords({ fit }: ReportData): Html {
  if (fit === null) return html`<p>${covarianceInWords(null, false)}</p>`;
  if (fit.covariance === null) return nothing;
  return html`<p>
    The intervals are of the kind said under “The fit”: they know how uncertain the coefficients are. Whether
    the model is the right one they do not know, and a row’s class stays open also where its probability is
    known well.
  </p>`;
}

function article(reason: Reason, data: ReportData, image: Image | null, full: number): Html {
  const { row, label, explanation } = reason;
  const against = explanation.against ?? "all classes";
  const isMistake = data.reasons.of === "mistakes";
  const title = isMistake
    ? html`<span>${label},</span> <span class="taken">taken for <b>${explanation.class}</b></span>`
    : html`<span>${explanation.class},</span> <span class="taken">rather than <b>${against}</b></span>`;
  return html`<article class="reason">
    <h3>${title}</h3>
    <p class="row">Row ${count(row)}</p>
    ${probabilityLines(reason, data.evaluation.classes)}
    <p class="sum">${sumInWords(reason, data)}</p>
    ${image === null ? columns(reason) : pictures(reason, image, data.pixelMax, full)}
  </article>`;
}

/** The two classes that are compared, then the most probable others. */
function probabilityLines({ probabilities, label, explanation }: Reason, classes: readonly string[]): Html {
  const ranked = classes
    .map((name, k) => ({ name, ...probabilities[k] }))
    .toSorted((a, b) => b.value - a.value);
  const isNamed = (name: string): boolean => name === explanation.class || name === explanation.against;
  const others = ranked.filter(({ name }) => !isNamed(name)).slice(0, mostClasses - 2);
  const shown = ranked.filter((each) => isNamed(each.name) || others.includes(each));
  return html`<ul class="bars">
    ${shown.map(
      ({ name, value, interval }) =>
        html`<li class="${name === label ? "truth" : name === explanation.class ? "said" : "other"}">
          <span class="name">${name}${name === label ? html` <em>(true)</em>` : nothing}</span>
          <span class="share"
            >${percent(value)}${
              interval === null ? nothing : html` <em class="between">${percentRange(interval)}</em>`
            }</span
          >
          <span class="track"><span style="width:${(value * 100).toFixed(1)}%"></span></span>
        </li>`,
    )}
  </ul>`;
}

/** "Log-odds of a against b: baseline −0.20, columns +1.30, together +1.10, odds of 3.00 to 1." */
function sumInWords({ explanation, probabilities }: Reason, { evaluation, image }: ReportData): Html {
  const { class: name, against, baseline, logit } = explanation;
  const probabilityOf = (wanted: string | null): number =>
    probabilities[evaluation.classes.indexOf(wanted ?? "")]?.value ?? 0;
  const odds = probabilityOf(name) / probabilityOf(against);
  return html`Log-odds of <bdi>${name}</bdi> against <bdi>${against ?? ""}</bdi>: baseline
    ${signed(baseline.logOdds)}, ${image === null ? "columns" : "pixels"} ${signed(logit - baseline.logOdds)},
    together <b>${signed(logit)}</b>: odds of ${figures(odds, 3)} to 1.`;
}

function columns({ row, explanation, values }: Reason): Html {
  const { contributions } = explanation;
  const nameOf = (place: number): string => nameOfPart(contributions[place]);
  const steps = waterfallSteps(explanation, mostSteps, nameOf);
  return html`${drawing(
      waterfall(steps),
      `Waterfall chart of row ${row}: from the baseline to the log-odds, column by column. The numbers are in the list below it.`,
    )}
    <details>
      <summary>
        Values and contributions of ${count(Math.min(mostLines, contributions.length))} columns
      </summary>
      <div class="scroll tall" tabindex="0" role="region" aria-label="Contributions to row ${row}">
        ${table({ explanation, values })}
      </div>
    </details>`;
}

function table({ explanation, values }: Pick<Reason, "explanation" | "values">): Html {
  const { baseline, contributions, logit } = explanation;
  const lines = contributions
    .map((each, place) => ({ ...each, value: values[place] }))
    .toSorted((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds))
    .slice(0, mostLines);
  const hasIntervals = baseline.interval !== null;
  const line = (
    name: string,
    value: string,
    logOdds: number,
    interval: readonly [number, number] | null,
  ): Html =>
    html`<tr>
      <th scope="row"><span>${name}</span></th>
      <td class="number">${value}</td>
      <td class="number">${signed(logOdds, 3)}</td>
      ${
        hasIntervals
          ? html`<td class="number">
              ${interval === null ? "" : interval.map((end) => signed(end, 3)).join(" to ")}
            </td>`
          : nothing
      }
    </tr>`;
  return html`<table class="parts">
    <thead>
      <tr>
        <th scope="col">Column</th>
        <th scope="col" class="number">Value</th>
        <th scope="col" class="number">Log-odds</th>
        ${hasIntervals ? html`<th scope="col" class="number">${level(0.95)} interval</th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${line("baseline", "", baseline.logOdds, baseline.interval)}
      ${lines.map((part) => line(nameOfPart(part), cell(part.value), part.logOdds, part.interval))}
      ${line("sum", "", logit, null)}
    </tbody>
  </table>`;
}

/** The row, and what each of its pixels said. */
function pictures(reason: Reason, { height, width }: Image, pixelMax: number, full: number): Html {
  const { row, explanation } = reason;
  const spoken = pngAddress(tinted(Float64Array.from(logOddsOf(reason)), full), height, width, 4);
  const sides = `orange for ${explanation.class}, blue for ${explanation.against ?? ""}`;
  return html`<div class="twins">
    ${rowPicture(reason, { height, width }, pixelMax)}
    <img
      src="${spoken}"
      width="${width}"
      height="${height}"
      alt="What each pixel of row ${count(row)} adds: ${sides}"
      class="pixels weight"
    />
  </div>`;
}
