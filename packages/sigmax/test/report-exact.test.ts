import { contributions, coefficients, fitSummary } from "@sigmax/core/inference";
import { takeTableRows } from "@sigmax/core/data";
import { parseHTML } from "linkedom/worker";
import { expect, test } from "vitest";

import { amount, figures, pValue, signed } from "../src/report/format.ts";
import { waterfallSteps } from "../src/report/waterfall.ts";
import { exactReport } from "./exact-fixture.ts";
import { elements, textOf, textsOf } from "./page.ts";
import { hostileNames } from "./report-fixture.ts";

const columns = ["first", "second", "third"];

test("the fit is told by its proof, its likelihood, and its penalty in three people's units", async () => {
  const { page, model } = await exactReport({ classes: ["no", "yes"], columns, options: { l2: 4 } });
  const summary = fitSummary(model)!;
  expect(textOf("#fit p", page)).toMatch(
    /^The optimum was found, and this is proven\. The penalized loss of all training rows, [\d.]+ nats, (lies at most|is the lowest)/,
  );
  const facts = textOf("#fit dl", page);
  for (const fact of [
    "Rows (n) 120",
    `Log-likelihood ${amount(summary.logLikelihood)}`,
    "Without columns −83.17766 (intercepts alone)", // 120 ln ½
    `AIC ${amount(summary.aic!)}`,
    "Penalty λ 4, in standardized units",
    "C (scikit-learn) 0.25, which is 1/λ",
    "λ (glmnet) 0.03333, which is λ/n",
    "(effective)",
  ])
    expect(facts).toContain(fact);
  expect(facts).not.toContain("Likelihood ratio");
  expect(textOf("#fit", page)).toContain("has no χ² distribution");
  expect(textOf("#fit", page)).toContain("Laplace’s");
});

test("without a penalty the columns are tested together, and the optimum is not called proven", async () => {
  const { page, model } = await exactReport({ classes: ["no", "yes"], columns, options: { l2: 0 } });
  const { statistic, degrees, p } = fitSummary(model)!.likelihoodRatio!;
  expect(degrees).toBe(3);
  expect(textOf("#fit dl", page)).toContain(
    `Likelihood ratio χ² ${figures(statistic)} on 3 degrees, p ${pValue(p)}`.replaceAll("\u00a0", " "),
  );
  expect(textOf("#fit p", page)).toContain("Without a penalty there is no proof of it");
  expect(textOf("#fit dl", page)).toContain("Penalty λ none");
  expect(textOf("#fit", page)).toContain("Wald’s");
});

test("the sandwich says that the penalty's pull is not in its intervals", async () => {
  const options = { covariance: "sandwich" } as const;
  const { page } = await exactReport({ classes: ["no", "yes"], columns, options });
  expect(textOf("#fit", page)).toContain(
    "around a center that the penalty has pulled towards 0; the pull itself is not",
  );
});

test("class weights are said, with what became of the probabilities", async () => {
  const classWeights = { yes: 3 };
  const shape = { classes: ["no", "yes"], columns };
  const corrected = await exactReport({ ...shape, options: { classWeights } });
  expect(textOf("#fit", corrected.page)).toContain("Rows were weighted by class (no 1.00, yes 3.00)");
  expect(textOf("#fit", corrected.page)).toContain("The intercepts were moved back afterwards");
  const left = await exactReport({ ...shape, options: { classWeights, correctShares: false } });
  expect(textOf("#fit", left.page)).toContain("are not to be read as frequencies");
});

test("a penalty chosen by cross-validation shows its path, the lowest point, and the one taken", async () => {
  const { page, model } = await exactReport({
    classes: ["no", "yes"],
    columns: Array.from({ length: 12 }, (_, j) => `x${j}`),
    options: { l1Ratio: 1, chooseL2: "one-standard-error", chooseFolds: 5 },
  });
  const { options } = model.training;
  if (!("choice" in options) || options.choice === null) throw new Error("no choice was made");
  expect(textOf("#fit dl", page)).toMatch(/all of it on Σ\|w\|, in standardized units, cross-validated/);
  expect(textOf("#fit", page)).toContain("the second was taken");
  const { document } = parseHTML(page);
  const [svg] = elements(document, "#fit svg");
  expect(svg.getAttribute("aria-label")).toContain("cross-validated log-loss by penalty");
  expect(elements(document, "#fit svg circle").length).toBeGreaterThan(5);

  const own = coefficients(model).filter(
    ({ column, estimate }) => column !== "(intercept)" && estimate !== 0,
  );
  expect(own.length).toBeLessThan(12);
  expect(textsOf("#coefficients tbody tr", page)).toHaveLength(own.length + 1);
  expect(textOf("#coefficients p", page)).toContain("columns with the coefficient 0 are left out");
  expect(textsOf("#coefficients thead th", page)).toEqual(["Column", "Estimate", "Odds ratio"]); // no errors
});

test("coefficients stand in the user's units, the strongest step on top, with their tests and odds ratios", async () => {
  const { page, model } = await exactReport({ classes: ["no", "yes"], columns, options: { l2: 0 } });
  const own = coefficients(model);
  const scaling = model.features.scaling;
  if (scaling.kind !== "columns") throw new Error("columns are standardized");
  const order = [1, 2, 3].toSorted(
    (a, b) =>
      Math.abs(own[b].estimate * scaling.scale[b - 1]) - Math.abs(own[a].estimate * scaling.scale[a - 1]),
  );
  const lines = textsOf("#coefficients tbody tr", page);
  expect(lines.map((line) => line.split(" ")[0])).toEqual([
    "(intercept)",
    ...order.map((j) => own[j].column),
  ]);
  expect(order[0]).toBe(1);
  const { estimate, standardError, z, p, oddsRatio } = own[1];
  expect(lines[1]).toContain(
    `first ${figures(estimate)} ${figures(standardError!)} ${figures(z!, 3)} ${pValue(p!)} ${figures(oddsRatio)}`.replaceAll(
      "\u00a0",
      " ",
    ),
  );
  expect(elements(parseHTML(page).document, "#coefficients svg")).toHaveLength(1);
  expect(textsOf("#weights", page)).toEqual([]); // they would say the same
});

test("of three classes each but the first has a drawing and a group of lines, against the first", async () => {
  const categories = ["red", "blue"];
  const { page } = await exactReport({ classes: ["a", "b", "c"], columns, categories });
  expect(elements(parseHTML(page).document, "#coefficients svg")).toHaveLength(2);
  expect(textsOf("#coefficients .group", page)).toEqual(["b against a", "c against a"]);
  expect(textsOf("#coefficients tbody", page)[1].match(/kind = red|kind = blue/g)).toHaveLength(2);
  expect(textOf("#coefficients p", page)).toContain("the step from no to yes");
});

test("without a penalty the first category is named as what the others are compared with", async () => {
  const categories = ["red", "blue", "green"];
  const { page } = await exactReport({ classes: ["no", "yes"], columns, categories, options: { l2: 0 } });
  expect(textOf("#coefficients p", page)).toContain(
    "One column with the coefficient 0 is left out. Without a penalty the first category",
  );
  expect(textsOf("#coefficients tbody tr", page).filter((line) => line.startsWith("kind"))).toHaveLength(2);
});

test("above forty columns the weaker ones are behind a click", async () => {
  const many = Array.from({ length: 45 }, (_, j) => `x${j}`);
  const { page } = await exactReport({ classes: ["no", "yes"], columns: many });
  expect(textsOf("#coefficients figure > .scroll tbody tr", page)).toHaveLength(41);
  expect(textOf("#coefficients summary", page)).toBe("5 weaker coefficients");
  expect(textsOf("#coefficients details tbody tr", page)).toHaveLength(5);
});

test("a mistake is taken apart into contributions that add up to its log-odds", async () => {
  const { page, model, data } = await exactReport({ classes: ["no", "yes"], columns });
  const [row] = textsOf("#reasons .reason .row", page).map((text) => Number(text.replace("Row ", "")));
  const explanation = contributions(model, takeTableRows(data, Uint32Array.of(row)));
  const { baseline, logit } = explanation;
  expect(textOf("#reasons .sum", page)).toMatch(
    `${signed(baseline.logOdds)}, columns ${signed(logit - baseline.logOdds)}, together ${signed(logit)}: odds of`,
  );
  const lines = textsOf("#reasons .reason:first-child tbody tr", page);
  expect(lines).toHaveLength(1 + 3 + 1);
  expect(lines[4]).toBe(`sum ${signed(logit, 3)}`);
  expect(textOf("#reasons .reason .bars", page)).toMatch(/^(yes|no) [\d.]+ % [\d.]+ – [\d.]+ % .*\(true\)/);
  expect(textsOf("#reasons .reason", page)).toHaveLength(4);
});

test("steps of a waterfall start where the last ended, strongest first, the rest in one, and end at the logit", () => {
  const part = (column: string, logOdds: number) => ({
    column,
    logOdds,
    interval: [logOdds - 1, logOdds + 1] as const,
  });
  const parts = [0.5, -2, 0, 1, 0.25, -0.125].map((logOdds, j) => part(`x${j}`, logOdds));
  const explanation = {
    class: "a",
    against: "b",
    logit: -0.125,
    baseline: part("(baseline)", 0.25),
    contributions: parts.map((each) => ({
      ...each,
      interval: [each.interval[0], each.interval[1]] as [number, number],
    })),
  };
  const steps = waterfallSteps(
    { ...explanation, baseline: { ...explanation.baseline, interval: null } },
    2,
    (place) => parts[place].column,
  );
  expect(steps).toEqual([
    { name: "baseline", from: 0, to: 0.25, low: null, high: null },
    { name: "x1", from: 0.25, to: -1.75, low: -2.75, high: -0.75 },
    { name: "x3", from: -1.75, to: -0.75, low: -1.75, high: 0.25 },
    { name: "3 others", from: -0.75, to: -0.125, low: null, high: null },
  ]);
});

test("where no row is wrong, the rows with the closest calls are taken apart", async () => {
  const { page } = await exactReport({ classes: ["no", "yes"], columns, apart: 12 });
  expect(textOf("#mistakes", page)).toContain("There are none");
  expect(textOf("#reasons p", page)).toContain(
    "No row was wrong, so here are the four rows the model was least sure of",
  );
  expect(textsOf("#reasons .reason h3", page)[0]).toMatch(/^(no, rather than yes|yes, rather than no)$/);
  expect(textOf("#ranking p", page)).toMatch(/^In 100 % of all pairs .*, Clopper and Pearson\)/);
});

test("two classes have one ROC curve with its area and interval, more have a table of areas", async () => {
  const two = await exactReport({ classes: ["no", "yes"], columns });
  expect(textOf("#ranking p", two.page)).toMatch(
    /^In [\d.]+ % of all pairs of a row of yes and a row of the other class, .*\(95 % interval 0\.\d+ – 0\.\d+, DeLong\)/,
  );
  expect(textsOf("#ranking table", two.page)).toEqual([]);
  expect(elements(parseHTML(two.page).document, "#ranking svg g[aria-label=line]")).toHaveLength(1 + 1 + 1);
  const three = await exactReport({ classes: ["a", "b", "c"], columns });
  expect(textsOf("#ranking tbody tr", three.page).map((line) => line.slice(0, 4))).toEqual([
    "a 40",
    "b 40",
    "c 40",
  ]);
  expect(elements(parseHTML(three.page).document, "#ranking svg g[aria-label=line]")).toHaveLength(1 + 3 + 3);
});

test("cross-validation is shown fold by fold where it was asked for, and not otherwise", async () => {
  const shape = { classes: ["no", "yes"], columns };
  const { page } = await exactReport({ ...shape, folds: 4 });
  expect(textOf("#validation p", page)).toContain(
    "were divided into 4 folds; each fold was judged by a model",
  );
  expect(textsOf("#validation tbody tr", page).map((line) => line.split(" ")[0])).toEqual([
    "Accuracy",
    "Log-loss",
    "Brier",
  ]);
  expect(elements(parseHTML(page).document, "#validation svg circle")).toHaveLength(4 + 1);
  expect(textsOf("#validation", (await exactReport(shape)).page)).toEqual([]);
});

test("hostile names of classes, columns and categories are shown in every section, never run", async () => {
  const { page } = await exactReport({
    classes: hostileNames,
    columns: hostileNames,
    categories: hostileNames,
    folds: 3,
  });
  for (const bad of ["<script", "<img src=x"]) expect(page).not.toContain(bad);
  const { document } = parseHTML(page);
  expect(elements(document, "script, img, iframe, link")).toHaveLength(0);
  expect(textsOf("#coefficients tbody th", page)).toContain(hostileNames[0]);
  expect(textOf("#reasons", page)).toContain(hostileNames[2]);
});
