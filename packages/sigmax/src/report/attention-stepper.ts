import { version } from "@sigmax/core";
import { attention, type OnlineSoftmaxStep } from "@sigmax/core/functions";
import { flowers, flowerSteps, query, species, valueOf, type Flower } from "./attention-example.ts";
import { section } from "./figure.ts";
import { decimal, scientific } from "./format.ts";
import { html, trusted, type Html } from "./html.ts";
import { page } from "./page.ts";

/** Shows one step at a time; without it all of them stand below one another. */
const script = `
const steps = [...document.querySelectorAll(".step")];
const buttons = Object.fromEntries([...document.querySelectorAll("[data-go]")].map((b) => [b.dataset.go, b]));
let at = 0;
function show(place) {
  at = Math.max(0, Math.min(steps.length - 1, place));
  steps.forEach((step, i) => (step.hidden = i !== at));
  document.getElementById("place").textContent = "Step " + (at + 1) + " of " + steps.length;
  for (const go of ["first", "back"]) buttons[go].disabled = at === 0;
  for (const go of ["next", "last"]) buttons[go].disabled = at === steps.length - 1;
}
function go(where) {
  show({ first: 0, back: at - 1, next: at + 1, last: steps.length - 1 }[where]);
}
for (const [where, button] of Object.entries(buttons)) button.onclick = () => go(where);
const keys = { Home: "first", ArrowLeft: "back", ArrowRight: "next", End: "last" };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
  event.preventDefault();
  go(keys[event.key]);
});
document.querySelector(".stepping").hidden = false;
show(0);
`;

/** One HTML file that steps through attention: the online softmax, key by key, beside the computation that keeps all scores. */
export function renderAttentionStepper(): string {
  const steps = flowerSteps();
  return page(
    "Attention, step by step · Sigmax",
    version,
    html`<header>
        <p class="kicker">Sigmax</p>
        <h1>Attention, step by step</h1>
        <p class="lead">
          A query compares itself with keys and takes a weighted mean of their values; softmax turns the
          comparisons into weights. It needs the largest score and the sum of all exponentials first, or so it
          seems: one pass that corrects itself gives the same, and never keeps the scores.
        </p>
      </header>
      <main>
        ${section("example", "The example", example())}
        ${section(
          "steps",
          "Key by key",
          html`<div class="stepping" hidden role="group" aria-label="Steps">
              <button type="button" data-go="first">First</button>
              <button type="button" data-go="back">◀ Back</button>
              <button type="button" data-go="next">Next ▶</button>
              <button type="button" data-go="last">Last</button>
              <span id="place" role="status"></span>
              <span class="soft">or the keys ← → Home End</span>
            </div>
            ${steps.map((step, i) => stepView(steps, step, i))}`,
        )}
        ${section("why", "Why it works", why())}
      </main>
      <footer>
        <p class="colophon">
          Made by sigmax ${version}. This page is complete in itself: it loads nothing, and its few lines of
          program only show one step at a time.
        </p>
      </footer>`,
    script,
  );
}

function example(): Html {
  return html`<p>
      Seven of Fisher's irises. The query is ${query.name}, which many classifiers take for virginica. It
      attends to six others: a key is what was measured of a flower, its value is its species. So the output
      is a probability of each species.
    </p>
    <figure class="tabular">
      <div class="scroll" tabindex="0" role="region" aria-label="The query and the keys">
        <table>
          <thead>
            <tr>
              <th scope="col">flower</th>
              <th scope="col" class="number">sepal length</th>
              <th scope="col" class="number">width</th>
              <th scope="col" class="number">petal length</th>
              <th scope="col" class="number">width</th>
            </tr>
          </thead>
          <tbody>
            ${[query, ...flowers].map(
              ({ name, measures }, i) =>
                html`<tr class="${i === 0 ? "taken" : ""}">
                  <th scope="row">${i === 0 ? "query: " : ""}${name}</th>
                  ${measures.map((x) => html`<td class="number">${decimal(x, 3)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <figcaption>
        Centimeters, less the mean of all 150 flowers. The score of a key is its product with the query,
        divided by √4, as there are four numbers.
      </figcaption>
    </figure>`;
}

function stepView(steps: readonly OnlineSoftmaxStep[], step: OnlineSoftmaxStep, i: number): Html {
  const before = i === 0 ? null : steps[i - 1];
  return html`<article class="step" aria-labelledby="step-${i + 1}">
    <h3 id="step-${i + 1}">Key ${i + 1} of ${steps.length}: ${flowers[i].name}</h3>
    <p>${sentence(step, before)}</p>
    <div class="pair">${online(step, before, flowers[i])} ${naive(i + 1, step)}</div>
  </article>`;
}

function sentence({ score, factor }: OnlineSoftmaxStep, before: OnlineSoftmaxStep | null): string {
  const own = decimal(score);
  if (before === null) return `Its score, ${own}, is the largest so far: there is no other.`;
  const old = decimal(before.largest);
  return score > before.largest
    ? `Its score, ${own}, is above the maximum so far, ${old}: both sums are multiplied by e^(${old} − ${own}) = ${decimal(factor)}, as if it had been known from the start.`
    : `Its score, ${own}, is not above the maximum so far, ${old}: the sums only grow.`;
}

/** Left: what one pass keeps. */
function online(step: OnlineSoftmaxStep, before: OnlineSoftmaxStep | null, flower: Flower): Html {
  const sums = valueOf(flower).map((value, k) =>
    update(before?.weighted[k], step.factor, step.weight * value, step.weighted[k]),
  );
  const facts: [string, string][] = [
    ["score x", decimal(step.score)],
    ["maximum m", decimal(step.largest)],
    ["factor", before === null ? "none: nothing to rescale" : decimal(step.factor)],
    ["weight e^(x − m)", decimal(step.weight)],
    ["sum d", update(before?.sum, step.factor, step.weight, step.sum)],
    ...sums.map((text, k): [string, string] => [`o, ${species[k]}`, text]),
  ];
  return html`<div>
    <h3>One pass <span class="soft">keeps m, d and o: ${2 + species.length} numbers</span></h3>
    <dl class="facts card-facts">
      ${facts.map(
        ([term, text]) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${text}</dd>
          </div>`,
      )}
    </dl>
    ${outputs(step.output, "output o / d")}
  </div>`;
}

function update(old: number | undefined, factor: number, added: number, sum: number): string {
  return old === undefined
    ? decimal(sum)
    : `${decimal(old)} × ${decimal(factor)} + ${decimal(added)} = ${decimal(sum)}`;
}

/** Right: all scores so far, kept, and softmax of them. */
function naive(count: number, step: OnlineSoftmaxStep): Html {
  const seen = flowers.slice(0, count);
  const { output, weights } = attention(
    { values: query.measures, shape: [1, 1, 1, 4] },
    { values: seen.flatMap(({ measures }) => measures), shape: [1, 1, count, 4] },
    { values: seen.flatMap(valueOf), shape: [1, 1, count, species.length] },
    { weights: true },
  );
  const scores = flowerSteps()
    .slice(0, count)
    .map(({ score }) => score);
  const apart = Math.max(...output.map((x, k) => Math.abs(x - step.output[k])));
  return html`<div>
    <h3>All at once <span class="soft">keeps every score: ${count}, one more for each key</span></h3>
    <table>
      <thead>
        <tr>
          <th scope="col">key</th>
          <th scope="col" class="number">score</th>
          <th scope="col" class="number">softmax</th>
        </tr>
      </thead>
      <tbody>
        ${seen.map(
          ({ name }, j) =>
            html`<tr class="${j === count - 1 ? "taken" : ""}">
              <th scope="row">${name}</th>
              <td class="number">${decimal(scores[j])}</td>
              <td class="number">${decimal(weights?.[j] ?? 0)} ${bar(weights?.[j] ?? 0)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${outputs(output, "output Σ weight · value")}
    <p class="soft">
      ${apart === 0 ? "The two outputs are the same to the last bit." : `The two outputs differ by ${scientific(apart)}, which is rounding.`}
    </p>
  </div>`;
}

function outputs(output: ArrayLike<number>, caption: string): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">${caption}</th>
        <th scope="col" class="number">probability</th>
      </tr>
    </thead>
    <tbody>
      ${species.map(
        (name, k) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td class="number">${decimal(output[k])} ${bar(output[k])}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function bar(share: number): Html {
  return html`<div class="track"><span style="width: ${(100 * share).toFixed(1)}%"></span></div>`;
}

function why(): Html {
  return html`<p>
      Let m be the largest score so far and d = Σ e<sup>x − m</sup>. When a score x′ above m comes, every term
      of the sum wants m′ = x′ in place of m; since e<sup>x − m′</sup> = e<sup>x − m</sup> · e<sup>m − m′</sup
      >, one factor sets all of them right at once. The same holds for the weighted sum of values o.
    </p>
    ${trusted(
      '<div class="formulas"><div class="scroll"><math display="block"><mtable><mtr><mtd><msup><mi>m</mi><mo>′</mo></msup><mo>=</mo><mi>max</mi><mo>(</mo><mi>m</mi><mo>,</mo><mi>x</mi><mo>)</mo></mtd></mtr><mtr><mtd><msup><mi>d</mi><mo>′</mo></msup><mo>=</mo><mi>d</mi><mo>·</mo><msup><mi>e</mi><mrow><mi>m</mi><mo>−</mo><msup><mi>m</mi><mo>′</mo></msup></mrow></msup><mo>+</mo><msup><mi>e</mi><mrow><mi>x</mi><mo>−</mo><msup><mi>m</mi><mo>′</mo></msup></mrow></msup></mtd></mtr><mtr><mtd><msup><mi>o</mi><mo>′</mo></msup><mo>=</mo><mi>o</mi><mo>·</mo><msup><mi>e</mi><mrow><mi>m</mi><mo>−</mo><msup><mi>m</mi><mo>′</mo></msup></mrow></msup><mo>+</mo><msup><mi>e</mi><mrow><mi>x</mi><mo>−</mo><msup><mi>m</mi><mo>′</mo></msup></mrow></msup><mi>v</mi></mtd></mtr></mtable></math></div></div>',
    )}
    <p>
      A tile of keys is taken in as one key is, so a fast program works on tiles that stay in cache, and the
      matrix of all scores, queries × keys, never exists. The order of the keys changes rounding only.
    </p>
    <p class="soft">
      Milakov &amp; Gimelshein, arXiv:1805.02867 (the online softmax); Dao et al., NeurIPS 2022 (with the
      values); Fisher, Annals of Eugenics 7 (1936) (the irises).
    </p>`;
}
