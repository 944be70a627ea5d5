import { evaluateSets } from "@sigmax/core/conformal";
import { decisionCurve, riskCoverage } from "@sigmax/core/decide";
import { calibrationLines } from "@sigmax/core/evaluate";
import { parseHTML } from "linkedom/worker";
import { expect, test } from "vitest";

import { buildReport } from "../src/report/build.ts";
import { decimal, figures, percent, signed } from "../src/report/format.ts";
import { decidedReport } from "./decided-fixture.ts";
import { isTable } from "../src/sources/source.ts";
import { elements, textOf, textsOf } from "./page.ts";
import { hostileNames } from "./report-fixture.ts";

const wards = ["north", "south", "small"];
const two = { classes: ["benign", "malignant"], wards } as const;
const three = { classes: ["a", "b", "c"], wards } as const;
const policy = {
  costs: { treat: { benign: 1, malignant: 0 }, wait: { benign: 0, malignant: 20 }, refer: 0.6 },
};

test("the calibrator is told with its reason, what it was compared with, and the line of the event before and after", async () => {
  const { page, reported } = await decidedReport(two);
  const { model, tested, logits, candidates = [] } = reported;
  expect(textOf("#calibration p", page)).toBe(
    "On 400 rows of made-up, which the model had not learned from, the calibrator temperature (1 number) was taken: temperature was asked for. The pictures are of the rows this report is about.",
  );
  const rows = textsOf("#calibration tbody tr", page);
  expect(rows.map((row) => row.split(" ")[0])).toEqual(candidates.map(({ kind }) => kind));
  expect(rows[0]).toContain(decimal(candidates[0].logLoss!, 4));
  const [before, after] = [model.rawLogits(tested.data), logits].map(
    (each) => calibrationLines(each, tested.labels)[1].slope!.value,
  );
  const [, , event] = textsOf("#calibration figcaption", page).slice(1);
  expect(event).toContain(`malignant. Slope ${decimal(after, 2)} (`);
  expect(event).toContain(`, before ${decimal(before, 2)} (`);
  expect(elements(parseHTML(page).document, "#calibration svg[role=img]")).toHaveLength(3);
});

test("of more classes each has a picture, after that of the label chosen", async () => {
  const { page } = await decidedReport(three);
  expect(elements(parseHTML(page).document, "#calibration svg")).toHaveLength(2 + 3);
});

test("label sets show what they did beside what they promise, for all rows and class by class", async () => {
  const { page, reported } = await decidedReport(two);
  const { guarantees, model, tested } = reported;
  const found = evaluateSets(
    guarantees!.sets!.sets(model.predict(tested.data), { rowIds: tested.places! }),
    tested.labels,
  );
  const words = textOf("#sets p", page);
  expect(words).toContain(`Of these 400 rows it was so in ${plain(percent(found.overall.coverage!))}`);
  expect(words).toContain("promised 90 %; within the");
  expect(words).toContain(`${decimal(found.meanSize, 2)} labels on average`);
  expect(textsOf("#sets svg text", page)).toEqual(
    expect.arrayContaining(["all rows", "benign", "malignant"]),
  );
  expect(textsOf("#sets p", page).at(-1)).toBe(
    "A promise of 90 % takes at least 9 rows. It was made from 400 rows kept for this; so many could promise 99.8 % at most, and no number of rows can promise 100 %.",
  );
});

test("sets promised group by group are told group by group", async () => {
  const { page } = await decidedReport({ ...two, by: "ward", coverage: 0.75 });
  expect(textOf("#sets p", page)).toContain("75 % of the rows of each ward");
  expect(textsOf("#sets svg text", page)).toEqual(expect.arrayContaining(wards));
  expect(textsOf("#sets p", page).at(-1)).toMatch(
    /of every ward\. The fewest rows kept for this, \d+, are those of small/,
  );
  expect(textOf("#guarantees", page)).toContain("for each ward by itself, but not for a part of one");
});

test("the risk–coverage curve marks where the promise accepts, and what became of it on these rows", async () => {
  const { page, reported } = await decidedReport(two);
  const { threshold, bound, targetRisk } = reported.guarantees!.selective!;
  const { model, tested } = reported;
  const probabilities = model.predict(tested.data);
  let accepted = 0;
  for (let row = 0; row < 400; row++)
    if (Math.max(probabilities.values[2 * row], probabilities.values[2 * row + 1]) > threshold) accepted++;
  const words = textOf("#selection p", page);
  expect(targetRisk).toBe(0.1);
  expect(words).toContain(`at most 10 % (bound ${plain(percent(bound!))}, with confidence 90 %)`);
  expect(words).toContain(`Of these 400 rows that accepts ${accepted},`);
  expect(textOf("#selection figcaption", page)).toContain(
    `(AURC) is ${decimal(riskCoverage(probabilities, tested.labels).aurc, 4)},`,
  );
});

test("what cannot be promised is not marked, and said", async () => {
  const { page } = await decidedReport({ ...two, targetRisk: 0.001 });
  expect(textOf("#selection p", page)).toContain(
    "Nothing is promised here: a risk of at most 0.1 % cannot be promised",
  );
  expect(textOf("#guarantees", page)).toContain(
    "No risk is promised: a risk of at most 0.1 % cannot be promised",
  );
  expect(textOf("#card", page)).not.toContain("wrong among accepted cases");
});

test("the decision curve is of the event of two classes, and says where it is worth something", async () => {
  const { page, reported } = await decidedReport(two);
  const { model, tested } = reported;
  const [half] = decisionCurve(model.predict(tested.data), tested.labels, {
    thresholds: [0.5],
    draws: 500,
  }).points;
  expect(half.gainInterval[0]).toBeGreaterThan(0);
  expect(textOf("#benefit p", page)).toMatch(
    /probability of malignant .* [Bb]etween (thresholds of )?\d+ % and \d+ % it is better/,
  );
  expect(textsOf("#benefit", (await decidedReport(three)).page)).toEqual([]);
});

test("each way to decide has its cost, and the sentence compares the policy with the best other one", async () => {
  const { page, reported } = await decidedReport({ ...two, policy });
  const found = reported.costs!;
  const rows = textsOf("#costs tbody tr", page);
  expect(rows).toHaveLength(5);
  found.forEach(({ strategy, mean }, i) =>
    expect(rows[i]).toContain(`${strategy} ${plain(figures(mean, 3))}`),
  );
  const best = found.slice(1).toSorted((a, b) => a.mean - b.mean)[0];
  expect(textOf("#costs p", page)).toContain(
    `On these rows the policy cost ${plain(figures(found[0].mean, 3))} per row`,
  );
  expect(textOf("#costs p", page)).toContain(`“${best.strategy}”`);
});

test("referred rows stand in a table with their ids and reasons: fifty of them, and the count of the rest", async () => {
  const { page, reported } = await decidedReport({ ...two, policy, ids: ["patient"] });
  const { decisions } = reported.decided!;
  expect(decisions.referred).toBeGreaterThan(50);
  const rows = textsOf("#referred tbody tr", page);
  expect(rows).toHaveLength(50);
  const first = decisions.action.indexOf(decisions.referral);
  expect(rows[0]).toMatch(
    new RegExp(`^1,${200 + first} patient 1${200 + first} (benign|malignant) [\\d.]+ % (treat|wait) `),
  );
  for (const { sentence } of decisions.decisionAt(first).reasons) expect(rows[0]).toContain(plain(sentence));
  expect(textOf("#referred figcaption", page)).toContain(
    `${decisions.referred - 50} more are in the decisions`,
  );
  expect(textOf("#referred p", page)).toContain(`ambiguous ${decisions.reasonCounts.ambiguous}`);
});

test("groups have their own figures, and small ones are marked", async () => {
  const { page, reported } = await decidedReport({ ...two, policy });
  const rows = textsOf("#subgroups tbody tr", page);
  expect(rows.map((row) => row.replace(/ \d.*/, ""))).toEqual(["north", "small *", "south"]);
  const counts = rows.map((row) => Number(/ (\d+) /.exec(row)?.[1]));
  expect(counts.reduce((sum, rowsOfGroup) => sum + rowsOfGroup, 0)).toBe(400);
  expect(textsOf("#subgroups thead th", page)).toEqual([
    "ward",
    "Rows",
    "Accuracy",
    "Log-loss",
    "Stated − true",
    "In the set",
    "Referred",
  ]);

  const { model, tested, decided } = reported;
  const probabilities = model.predict(tested.data).values;
  const [, ward] = isTable(tested.data) ? tested.data.columns : [];
  let [stated, north, referred] = [0, 0, 0];
  for (let row = 0; row < 400; row++) {
    if (ward?.kind !== "categorical" || ward.categories[ward.codes[row]] !== "north") continue;
    north++;
    stated += probabilities[2 * row + 1] - tested.labels.indices[row];
    if (decided!.decisions.action[row] === decided!.decisions.referral) referred++;
  }
  expect(counts[0]).toBe(north);
  expect(rows[0]).toContain(` ${signed((100 * stated) / north, 1)} `);
  expect(rows[0]).toContain(` ${plain(percent(referred / north))} `);
});

test("what is guaranteed says from how many rows, on what assumption, what voids it, and what is not promised", async () => {
  const text = textOf("#guarantees", (await decidedReport(two)).page);
  for (const sentence of [
    "Of new cases, at least 90 % have their true class in the set of labels",
    "from 400 rows kept for this",
    "at most 10 % have a wrong label, with confidence 90 %.",
    "about one such guarantee in ten may fail",
    "New cases come from where the kept rows of made-up came from",
    "It is void when",
    "Nothing is promised of a single case.",
  ])
    expect(text).toContain(sentence);
});

test("the model card follows from the run", async () => {
  const text = textOf("#card", (await decidedReport(two)).page);
  for (const part of [
    "marker",
    "one of 3 names",
    "400 rows of made-up",
    "temperature, on 400 rows",
    "label sets at 90 %",
  ])
    expect(text).toContain(part);
});

test("promises are not checked on the rows that they were made from", async () => {
  const { reported } = await decidedReport(two);
  const page = buildReport({ ...reported, evaluatedOn: "guarantee" });
  expect(textsOf("#sets", page)).toEqual([]);
  expect(textsOf("#selection .outside", page)).toEqual([]);
  expect(textOf("header .warning", page)).toContain("These are rows that the guarantees were made from.");
  expect(textOf("#guarantees", page)).toContain("at least 90 %");
});

test("hostile names of classes, groups, actions and ids are shown, not run", async () => {
  const { page } = await decidedReport({
    classes: hostileNames,
    wards: [...hostileNames],
    ids: [hostileNames[2]],
    policy: { costs: { [hostileNames[0]]: 1, [hostileNames[1]]: 2, refer: 0.1 } },
  });
  const { document } = parseHTML(page);
  expect(elements(document, "script")).toEqual([]);
  expect(elements(document, "[onerror]")).toEqual([]);
  expect(textOf("#referred", page)).toContain(hostileNames[0]);
  expect(textOf("#subgroups", page)).toContain(hostileNames[2]);
});

function plain(text: string): string {
  return text.replaceAll("\u00a0", " ");
}
