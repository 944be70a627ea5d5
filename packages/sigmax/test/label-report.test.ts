import { evaluateLabels, labelPairs } from "@sigmax/core/evaluate";
import { expect, test } from "vitest";
import { labelDecisionsInWords } from "../src/commands/label-decision-tally.ts";
import { labelSummary } from "../src/commands/label-summary.ts";
import { labelDecisions } from "../src/report/label-decisions.ts";
import { labelReliability } from "../src/report/label-reliability.ts";
import { limits } from "../src/report/limits.ts";
import { labelErrors, labelMap, labelTable } from "../src/report/labels.ts";

const names = ["<b>", "urgent", "never"];
// given: 110, 100, 010, 000; carried: 110, 010, 010, 000
const labels = { names, rows: 4, values: Uint8Array.of(1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0) };
const logits = {
  rows: 4,
  columns: 3,
  values: Float64Array.of(2, 1, -3, 1, -1, -4, -1, 2, -5, -2, -2, -6),
  unit: "logits" as const,
};
const evaluation = evaluateLabels(logits, labels);

test("the table has every label, the most frequent first, and the averages; what is undefined is a dash and said", () => {
  const { markup } = labelTable(evaluation);
  expect(markup).toContain("The whole set of labels was right in 75.0");
  expect(markup.indexOf("urgent")).toBeLessThan(markup.indexOf("&lt;b&gt;"));
  expect(markup).not.toContain("<b></b>");
  expect(markup).toContain("micro average");
  expect(markup).toMatch(/<td class="number">–<\/td>/);
  expect(markup).toContain(
    "no row carries it and none was given it: no precision, recall, F1, AUC or average precision",
  );
  expect(markup).not.toContain("NaN");
});

test("the errors name the label, how often it was missed and how often given in error", () => {
  const { markup } = labelErrors(evaluation);
  const words = markup.replaceAll(/<[^>]*>|\s/g, " ").replaceAll(/ +/g, " ");
  expect(words).toContain("urgent was missed 1 time of 3, and given in error 0 times of 2.");
  expect(words).toContain("&lt;b&gt; was missed 0 times of 1, and given in error 1 time of 2.");
  const right = evaluateLabels({ ...logits, values: logits.values.map((_, i) => 2 * labels.values[i] - 1) }, labels); // prettier-ignore
  expect(labelErrors(right).markup).toContain("No mark was wrong.");
});

test("decisions show each label's outcomes, the most carried first, and the rows in doubt", () => {
  const outcome = { given: 2, givenRightly: 1, left: 1, missed: 0, referred: 1, referredCarried: 1 };
  const { markup } = labelDecisions({
    rows: 4,
    referredRows: 3,
    referredLabels: 5,
    measuredRows: 4,
    outcomes: [
      { ...outcome, label: "rare" },
      { ...outcome, label: "<b>", missed: 1 },
    ],
    shown: [{ row: 7, ids: ["x"], doubts: [{ label: "<b>", probability: 0.25 }] }],
    idColumns: ["id"],
  });
  const words = markup.replaceAll(/<[^>]*>/g, " ").replaceAll(/[\s\u00a0]+/g, " ");
  expect(words).toContain("Of 4 rows, 3 (75.0 %) were handed to a person, with 5 labels in doubt");
  expect(words).toContain("&lt;b&gt; 2 1 1 1 1 1 rare 2 1 1 0 1 1");
  expect(words).toContain("7 x &lt;b&gt; 25.0 %");
  expect(words).toContain("The first 1 referred rows; 2 more are in the decisions.");
});

test("the map tells of each label's rows the percentage that carry another; labels without rows are left out", () => {
  const { markup } = labelMap(evaluation, labelPairs(labels));
  expect(markup).toMatch(/title="&lt;b&gt; among urgent"\s*>\s*33/);
  expect(markup).toMatch(/title="urgent among &lt;b&gt;"\s*>\s*100/);
  expect(markup).not.toContain("never");
  const none = { ...labels, values: new Uint8Array(12) };
  expect(labelMap(evaluateLabels(logits, none), labelPairs(none)).markup).toBe("");
});

test("each frequent label has its small reliability diagram", () => {
  const { markup } = labelReliability(evaluation);
  expect(markup.match(/<svg/g)).toHaveLength(3);
  expect(markup).toContain('aria-label="Reliability diagram of &lt;b&gt;."');
});

test("the terminal shows all labels together, then the most frequent", () => {
  const lines = labelSummary(evaluation);
  expect(lines[0]).toMatch(/exact set +0\.7500 {2}\[0\.\d{4}, 0\.\d{4}\]/);
  expect(lines.find((line) => line.includes("urgent"))).toMatch(
    /urgent +3 +0\.50 +1\.0000 +0\.6667 +0\.8000/,
  );
  expect(lines.find((line) => line.includes("never"))).toMatch(/never +0 +0\.50 +– +– +– +–/);
  expect(lines.at(-1)).toContain("no row speaks for it (1 of 3 labels)");
  const many = Array.from({ length: 25 }, (_, k) => `l${k}`);
  const wide = evaluateLabels(
    { rows: 1, columns: 25, values: new Float64Array(25), unit: "logits" },
    { names: many, rows: 1, values: new Uint8Array(25) },
  );
  expect(labelSummary(wide).join("\n")).toContain("… and 5 rarer ones, in --json and in the report");
});

test("the terminal shows of many decided labels those given or referred most", () => {
  const perLabel = Array.from({ length: 25 }, (_, k) => ({ label: `l${k}`, given: k, referred: 1 }));
  const counts = { rows: 9, referredRows: 5, referredLabels: 25, perLabel, expectedCost: null };
  const lines = labelDecisionsInWords("t.csv", counts, null, "test");
  expect(lines).toHaveLength(23);
  expect(lines[2]).toMatch(/l24 +24 +1/);
  expect(lines.at(-1)).toBe("  … and 5 more, in --json");
});

test("what a report does not tell is told of labels, or of the one class", () => {
  const data = { evaluation, evaluatedOn: "test", version: "0" } as const;
  expect(limits(data, "labels").markup).toContain("A probable label is not a decision.");
  expect(limits(data, "labels").markup).not.toContain("most probable class");
  expect(limits(data).markup).toContain("The most probable class is not a decision.");
});
