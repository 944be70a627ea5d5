import { version, type Classifier } from "@sigmax/core";
import type { CaseAttention } from "@sigmax/core/inference";
import { signed, standInOf, unchangedOf, verdictOf } from "../commands/attention-words.ts";
import { percent } from "../output.ts";
import { section } from "./figure.ts";
import { html, nothing, type Html } from "./html.ts";
import { page } from "./page.ts";
import { pngAddress } from "./png.ts";

/** One case and its attention, as the page shows it. */
export interface Attended {
  readonly model: Classifier;
  readonly found: CaseAttention;
  readonly row: number;
  readonly source: string;
  /** The pixels, where the row is a picture. */
  readonly values: Float64Array | null;
}

const orange = [0xd5, 0x5e, 0x00] as const;
/** So many tokens of a table are listed. */
const mostListed = 16;

/** One HTML file: the attention of one case by block and head, and what becomes of the prediction without what it attends to. */
export function renderAttended(attended: Attended): string {
  const { found, row, source } = attended;
  const { removal, blocks } = found;
  return page(
    `Attention of row ${row} of ${source} · Sigmax`,
    version,
    html`<header>
        <p class="kicker">Sigmax · attention of one case</p>
        <h1>Row ${row} of ${source}: “${removal.class}”, ${percent(removal.probability)}</h1>
        <p class="lead">${verdictOf(removal)}</p>
      </header>
      <main>
        ${section("whole", "What it attends to", whole(attended))}
        ${section("removal", "Does attention explain it?", removalView(attended))}
        ${section("pooling", "What is read at the end", pooling(attended))}
        ${blocks.map((_, i) => section(`block-${i + 1}`, `Block ${i + 1}`, block(attended, i)))}
      </main>
      <footer>
        <p class="colophon">
          Made by sigmax ${version}. This page is complete in itself: it loads nothing and runs nothing.
        </p>
      </footer>`,
  );
}

function whole(attended: Attended): Html {
  const { shares } = attended.found;
  return html`<p>
      How much of each ${wordFor(attended)} reaches the prediction: the mean over the heads of each step, from
      the end back to the beginning. In each block half of a token is itself, since a block only adds to it.
    </p>
    ${
      attended.values === null
        ? html`<div class="single">${view(attended, shares, "Attention through all blocks")}</div>`
        : html`<div class="twins">
            <div>${overlay(attended, null, "The picture as it is")}</div>
            <div>${view(attended, shares, "Attention through all blocks")}</div>
          </div>`
    }`;
}

function removalView(attended: Attended): Html {
  const { removal } = attended.found;
  const { logOdds, most, least, random, count } = removal;
  const line = (what: string, change: number, note: string): Html =>
    html`<tr>
      <th scope="row">${what}</th>
      <td class="number">${signed(change)}</td>
      <td class="number">${signed(logOdds + change)}</td>
      <td>${note}</td>
    </tr>`;
  const pictures =
    attended.values === null
      ? nothing
      : html`<div class="twins">
          <div>
            ${overlay(attended, null, "Without the most attended", most.tokens)}
            <p class="soft">without the most attended</p>
          </div>
          <div>
            ${overlay(attended, null, "Without the least attended", least.tokens)}
            <p class="soft">without the least attended</p>
          </div>
        </div>`;
  return html`<p>
      Weights of attention say what was looked at, not what mattered. So ${count} of
      ${attended.found.tokens.names.length} tokens are taken away (${standInOf(removal)}), and the log-odds of
      “${removal.class}” computed again.
    </p>
    <figure class="tabular">
      <div class="scroll" tabindex="0" role="region" aria-label="Log-odds without tokens">
        <table>
          <thead>
            <tr>
              <th scope="col">tokens</th>
              <th scope="col" class="number">change</th>
              <th scope="col" class="number">log-odds</th>
              <th scope="col"></th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">all</th>
              <td class="number"></td>
              <td class="number">${signed(logOdds)}</td>
              <td></td>
            </tr>
            ${line("without the most attended", most.change, unchangedOf(removal, most))}
            ${line(
              "without random ones",
              random.change,
              `95 % of ${random.draws} draws: ${signed(random.range[0])} to ${signed(random.range[1])}`,
            )}
            ${line("without the least attended", least.change, unchangedOf(removal, least))}
          </tbody>
        </table>
      </div>
      <figcaption>
        Log-odds ln(p / (1 − p)) of “${removal.class}”. Attention explains the prediction where its own line
        falls below the range of the random ones.
      </figcaption>
    </figure>
    ${pictures}`;
}

function pooling(attended: Attended): Html {
  const { heads, weights } = attended.found.pooling;
  const tokens = weights.length / heads;
  return html`<p>
      A learned query of each head takes one mixture of all tokens; the linear layer acts on what all heads
      took.
    </p>
    ${maps(
      attended,
      Array.from({ length: heads }, (_, h) => weights.subarray(h * tokens, (h + 1) * tokens)),
    )}`;
}

/** What each token gives to all others, the mean over who asks. */
function block(attended: Attended, at: number): Html {
  const { heads, weights } = attended.found.blocks[at];
  const tokens = attended.found.tokens.names.length;
  const given = Array.from({ length: heads }, (_, h) => {
    const sums = new Float64Array(tokens);
    const own = weights.subarray(h * tokens * tokens, (h + 1) * tokens * tokens);
    own.forEach((weight, i) => (sums[i % tokens] += weight / tokens));
    return sums;
  });
  return html`<p>What each token gives to the others: the mean of its weights over all tokens that ask.</p>
    ${maps(attended, given)}`;
}

function maps(attended: Attended, all: readonly Float64Array[]): Html {
  return html`<ul class="${attended.found.tokens.grid === null ? "reasons bare" : "pictures"}">
    ${all.map(
      (weights, h) =>
        html`<li>
          ${view(attended, weights, `Head ${h + 1}`)}
          <span class="soft"
            >head ${h + 1}, at most ${percent(weights.reduce((a, b) => Math.max(a, b)))}</span
          >
        </li>`,
    )}
  </ul>`;
}

/** Weights over the picture, or as bars where the tokens are columns. */
function view(attended: Attended, weights: Float64Array, title: string): Html {
  if (attended.values !== null && attended.found.tokens.grid !== null)
    return overlay(attended, weights, title);
  const { names } = attended.found.tokens;
  const most = weights.reduce((a, b) => Math.max(a, b));
  const order = Array.from(weights, (_, t) => t)
    .toSorted((a, b) => weights[b] - weights[a])
    .slice(0, mostListed);
  return html`<ul class="bars" aria-label="${title}">
    ${order.map(
      (t) =>
        html`<li class="said">
          <span>${names[t]}</span><span class="share">${percent(weights[t])}</span>
          <div class="track"><span style="width: ${((100 * weights[t]) / most).toFixed(1)}%"></span></div>
        </li>`,
    )}
    ${names.length > mostListed ? html`<li class="soft">and ${names.length - mostListed} more</li>` : nothing}
  </ul>`;
}

/** The picture in grays, orange where it is attended to, and some tokens taken out. */
function overlay(
  { model, found, values, row }: Attended,
  weights: Float64Array | null,
  title: string,
  away: readonly number[] = [],
): Html {
  const { image, scaling } = model.features;
  if (image === null || values === null) return nothing;
  const white = scaling.kind === "constant" ? scaling.scale : values.reduce((a, b) => Math.max(a, b), 1);
  const most = weights?.reduce((a, b) => Math.max(a, b)) ?? 1;
  const pixels = new Uint8Array(4 * values.length);
  found.tokens.features.forEach((own, t) => {
    const strength = weights === null ? 0 : (0.85 * weights[t]) / most;
    const isAway = away.includes(t);
    for (const j of own) {
      const gray = isAway ? 0 : (255 * Math.min(Math.max(values[j], 0), white)) / white;
      for (let c = 0; c < 3; c++) pixels[4 * j + c] = Math.round(gray + strength * (orange[c] - gray));
      pixels[4 * j + 3] = 255;
    }
  });
  return html`<img
    src="${pngAddress(pixels, image.height, image.width, 4)}"
    width="${image.width}"
    height="${image.height}"
    alt="${title}, row ${row}"
    class="pixels"
  />`;
}

function wordFor({ found: { tokens } }: Attended): string {
  return tokens.grid === null ? "column" : tokens.grid.across === 1 ? "row of pixels" : "patch";
}
