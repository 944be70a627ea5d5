import { describe, expect, test } from "vitest";
import { drawSample, part } from "../../test/conformal-rows.ts";
import references from "../../test/references/conformal.json" with { type: "json" };
import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { softmax } from "../functions/index.ts";
import { createGenerator } from "../random/index.ts";
import { coverageBand } from "./band.ts";
import { evaluateSets } from "./evaluate-sets.ts";
import { fitConformal } from "./fit.ts";
import { setOfRow } from "./prediction-sets.ts";
import { rowUniforms } from "./row-hash.ts";
import { conformalSets } from "./sets.ts";

function probabilitiesOf(columns: number, ...values: number[]): Probabilities {
  return { rows: values.length / columns, columns, values: Float64Array.from(values), unit: "probabilities" };
}

function labelsOf(classes: string, ...indices: number[]): Labels {
  return { classes: classes.split(""), indices: Int32Array.from(indices) };
}

/** Rows of two classes, all of class a, with these probabilities of it. */
function rowsOfA(...p: number[]): [Probabilities, Labels] {
  return [probabilitiesOf(2, ...p.flatMap((value) => [value, 1 - value])), labelsOf("ab", ...p.map(() => 0))];
}

test("nine rows at 0.9: the least probable true class is the threshold, itself inside", () => {
  const p = [0.9, 0.75, 0.5, 0.625, 0.8, 0.7, 0.95, 0.85, 0.99];
  const fitted = fitConformal(...rowsOfA(...p), { randomized: false });
  expect(fitted.thresholds).toEqual([{ name: "all rows", rows: 9, rank: 9, cutoff: 0.5, tie: 1 }]);
  const sets = fitted.sets(probabilitiesOf(2, 0.75, 0.25, 0.5, 0.5, 0.25, 0.75));
  expect([0, 1, 2].map((row) => setOfRow(sets, row))).toEqual([["a"], ["a", "b"], ["b"]]);
});

describe("digits, softmax regression, 360 rows to learn thresholds and 360 to test", () => {
  const { columns } = references;
  const read = (name: "calibrate" | "test"): [Probabilities, Labels] => {
    const { logits, labels } = references[name];
    return [
      probabilitiesOf(columns, ...softmax(Float64Array.from(logits), columns)),
      labelsOf("0123456789", ...labels),
    ];
  };
  test.each(references.sets)(
    "$method at $coverage: threshold, coverage and sizes are NumPy's",
    (reference) => {
      const method = reference.method === "lac" ? "lac" : "aps";
      const { coverage } = reference;
      const fitted = fitConformal(...read("calibrate"), { method, coverage, randomized: false });
      const [{ cutoff, rank }] = fitted.thresholds;
      expect(1 - cutoff).toBeCloseTo(reference.threshold, 12);
      expect(rank).toBe(reference.rank);
      const [probabilities, labels] = read("test");
      const found = evaluateSets(fitted.sets(probabilities), labels);
      expect(found.overall.coverage).toBeCloseTo(reference.observed, 14);
      expect(found.meanSize).toBeCloseTo(reference.meanSize, 14);
      expect(found.empty * labels.indices.length).toBeCloseTo(reference.empty, 10);
      expect(found.overall.band).toEqual(coverageBand(360, coverage, { testRows: 360 }).interval);
      const [low, high] = found.overall.band ?? [NaN, NaN];
      expect(found.overall.coverage).toBeGreaterThanOrEqual(low);
      expect(found.overall.coverage).toBeLessThanOrEqual(high);
    },
  );

  test("0.3284616172 and 0.5100496917 by LAC, 0.9919838890 by APS: the figures of record", () => {
    const thresholds = references.sets.slice(0, 3).map(({ threshold }) => threshold.toFixed(10));
    expect(thresholds).toEqual(["0.3284616172", "0.5100496917", "0.9919838890"]);
  });

  test("where ties do not occur, breaking them changes no set of LAC", () => {
    const [probabilities] = read("test");
    const [broken, kept] = [true, false].map((randomized) =>
      fitConformal(...read("calibrate"), { randomized }).sets(probabilities),
    );
    expect(broken.members).toEqual(kept.members);
  });

  test("counting its own mass in part, and a penalty on ranks, both make the sets of APS shorter", () => {
    const [probabilities] = read("test");
    const [, labels] = read("test");
    const size = (options: object): number =>
      evaluateSets(fitConformal(...read("calibrate"), options).sets(probabilities), labels).meanSize;
    const whole = size({ method: "aps", randomized: false });
    expect(size({ method: "aps" })).toBeLessThan(whole);
    expect(size({ method: "raps", randomized: false, freeRank: 1, penalty: 0.1 })).toBeLessThan(whole);
  });
});

describe("ties", () => {
  const p = [0.25, 0.5, 0.5, 0.5, 0.5, 0.75, 0.75, 0.75, 0.75];
  test("are broken in the ratio that the promise needs, by the hash of each row", () => {
    const fitted = fitConformal(...rowsOfA(...p), { coverage: 0.7 }); // rank 7 of 9: four above, and three of the four at 0.5
    const [{ cutoff, tie }] = fitted.thresholds;
    expect(cutoff).toBe(0.5);
    const own = rowUniforms("test", 9, undefined, { seed: 0, stream: "fit", randomized: true });
    expect(tie).toBe(own.slice(1, 5).toSorted()[2]);
    const many = probabilitiesOf(2, ...Array.from({ length: 4000 }, () => 0.5));
    const inside = fitted.sets(many).members.reduce((sum, each) => sum + each, 0) / 4000;
    expect(Math.abs(inside - tie)).toBeLessThan(0.05); // 4.5 standard errors
  });

  test("are kept whole without chance", () => {
    const fitted = fitConformal(...rowsOfA(...p), { coverage: 0.7, randomized: false });
    expect([...fitted.sets(probabilitiesOf(2, 0.5, 0.5)).members]).toEqual([1, 1]);
  });

  test("at certain probabilities of 1 keep the promised coverage, and no more", () => {
    const fitted = fitConformal(...rowsOfA(...Array.from({ length: 999 }, () => 1)), { coverage: 0.9 });
    const [probabilities, labels] = rowsOfA(...Array.from({ length: 10_000 }, () => 1));
    const { coverage, band } = evaluateSets(fitted.sets(probabilities), labels).overall;
    const [low, high] = band ?? [NaN, NaN];
    expect(coverage).toBeGreaterThan(low);
    expect(coverage).toBeLessThan(high);
  });
});

describe("the same row", () => {
  const sample = drawSample(300, createGenerator(11));
  const ids = Array.from({ length: 300 }, (_, i) => `case ${i}`);
  const fitted = fitConformal(sample.probabilities, sample.labels, { method: "aps", seed: 5, rowIds: ids });

  test("has the same set whatever rows are beside it, by its id", () => {
    const all = fitted.sets(sample.probabilities, { rowIds: ids });
    const some = fitted.sets(part(sample, 100, 200).probabilities, { rowIds: ids.slice(100, 200) });
    expect(some.members).toEqual(all.members.subarray(400, 800));
  });

  test("has the same set from the numbers written down and read again", () => {
    const numbers = JSON.parse(JSON.stringify(fitted));
    const again = conformalSets(numbers).sets(sample.probabilities);
    expect(again.members).toEqual(fitted.sets(sample.probabilities).members);
  });

  test("serves the thresholds alike in any order of the rows", () => {
    const order = Uint32Array.from({ length: 300 }, (_, i) => (i * 7) % 300);
    const { columns, values } = sample.probabilities;
    const turned = probabilitiesOf(
      columns,
      ...[...order].flatMap((row) => [...values.subarray(row * columns, (row + 1) * columns)]),
    );
    const labels = { ...sample.labels, indices: Int32Array.from(order, (row) => sample.labels.indices[row]) };
    const rowIds = Array.from(order, (row) => ids[row]);
    expect(fitConformal(turned, labels, { method: "aps", seed: 5, rowIds }).thresholds).toEqual(
      fitted.thresholds,
    );
  });
});

test("more coverage never takes a class out of a set", () => {
  const sample = drawSample(400, createGenerator(2));
  for (const method of ["lac", "aps", "raps"] as const) {
    const [less, more] = [0.8, 0.95].map((coverage) =>
      fitConformal(sample.probabilities, sample.labels, { method, coverage }).sets(sample.probabilities),
    );
    expect(less.members.every((member, i) => member <= more.members[i])).toBe(true);
  }
});

describe("thresholds of their own", () => {
  const sample = drawSample(2000, createGenerator(3));
  test("go to each class, in the order of the classes", () => {
    const fitted = fitConformal(sample.probabilities, sample.labels, { by: "class" });
    expect(fitted.thresholds.map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
    const own = part(sample, 0, 2000);
    const rows = [...own.labels.indices.keys()].filter((row) => own.labels.indices[row] === 2);
    const p = rows.map((row) => own.probabilities.values[row * 4 + 2]).toSorted((x, y) => y - x);
    expect(fitted.thresholds[2].cutoff).toBe(p[fitted.thresholds[2].rank - 1]);
    expect(fitted.thresholds[2].rows).toBe(p.length);
  });

  test("go to each group, found by name in whatever order groups come later", () => {
    const { probabilities, labels, groups } = sample;
    const fitted = fitConformal(probabilities, labels, { by: groups });
    const [north, south] = fitted.thresholds;
    expect(south.cutoff).toBeLessThan(north.cutoff); // the model is worse there, so sets must be larger
    const turned = {
      classes: ["south", "nowhere", "north"],
      indices: groups.indices.map((group) => (group === 0 ? 2 : 0)),
    };
    expect(fitted.sets(probabilities, { groups: turned }).members).toEqual(
      fitted.sets(probabilities, { groups }).members,
    );
  });
});

describe("refused, each in a sentence:", () => {
  const rows = drawSample(200, createGenerator(1));
  const fit = (options: object): unknown => fitConformal(rows.probabilities, rows.labels, options);

  test.each([
    [
      { coverage: 1 },
      "fitConformal: a coverage of 1 can be promised from no number of rows; 200 rows can promise at most 0.995024",
    ],
    [
      { coverage: 0.999 },
      "fitConformal: a coverage of 0.999 needs at least 999 rows, got 200, which can promise at most 0.995024",
    ],
    [{ coverage: 0 }, "fitConformal: coverage must be above 0 and below 1, got 0"],
    [{ coverage: 1.5 }, "fitConformal: coverage must be above 0 and below 1, got 1.5"],
    [{ coverage: NaN }, "fitConformal: coverage must be above 0 and below 1, got NaN"],
    [{ method: "best" }, "fitConformal: method must be lac, aps or raps, got best"],
    [{ method: "raps", penalty: -1 }, "fitConformal: penalty must be a number ≥ 0, got -1"],
    [{ method: "raps", freeRank: 0.5 }, "fitConformal: freeRank must be a whole number ≥ 0, got 0.5"],
    [{ by: "group" }, "fitConformal: by must be all, class or the groups of the rows, got group"],
    [{ rowIds: [1, 2] }, "fitConformal: rowIds must be as many as rows, 200, got 2"],
    [{ by: labelsOf("ns", 0, 1) }, "fitConformal: groups must be as many as rows, 200, got 2"],
    [
      { by: { classes: ["n"], indices: new Int32Array(200).fill(1) } },
      "fitConformal: groups must be integers in [0, 1), got 1 at row 0",
    ],
  ])("%o", (options, message) => {
    expect(() => fit(options)).toThrow(message);
  });

  test("a group of three rows, with what it would take and what three can promise", () => {
    const indices = new Int32Array(200);
    indices.fill(1, 0, 3);
    expect(() => fit({ by: { classes: ["north", "south"], indices } })).toThrow(
      'fitConformal: a coverage of 0.9 for each group needs at least 9 rows of it, but "south" has 3; 3 rows can promise at most 0.75',
    );
  });

  test("a class without rows where each class is promised", () => {
    const [probabilities, labels] = rowsOfA(...Array.from({ length: 20 }, () => 0.75));
    expect(() => fitConformal(probabilities, labels, { by: "class" })).toThrow(
      'fitConformal: a coverage of 0.9 for each class needs at least 9 rows of it, but "b" has 0; 0 rows can promise nothing',
    );
  });

  test("numbers that are no probabilities, and labels of no class", () => {
    const labels = labelsOf("ab", 0, 1);
    expect(() => fitConformal(probabilitiesOf(2, 0.5, 0.5, NaN, 0.5), labels)).toThrow(
      "fitConformal: probabilities must be in [0, 1], got NaN at row 1, column 0",
    );
    expect(() => fitConformal(probabilitiesOf(2, 0.5, 0.5, 0.5, 0.4), labels)).toThrow(
      "fitConformal: probabilities of a row must sum to 1, got 0.9 at row 1",
    );
    expect(() => fitConformal(probabilitiesOf(2, 0.5, 0.5, 0.5, 0.5), labelsOf("ab", 0, 7))).toThrow(
      "fitConformal: labels must be integers in [0, 2), got 7 at row 1",
    );
  });

  test("later rows of an unseen group, without groups, or of other classes", () => {
    const { probabilities, labels, groups } = rows;
    const fitted = fitConformal(probabilities, labels, { by: groups });
    const indices = groups.indices.slice();
    indices[7] = 2;
    expect(() =>
      fitted.sets(probabilities, { groups: { classes: [...groups.classes, "west"], indices } }),
    ).toThrow('sets: groups must be among those that have a threshold (north, south), got "west" at row 7');
    expect(() => fitted.sets(probabilities)).toThrow(
      "so the group of each row is needed in groups, got none",
    );
    expect(() => fitted.sets(probabilitiesOf(2, 0.5, 0.5), { groups })).toThrow(
      "sets: probabilities must have one column per class, 4, got 2",
    );
    expect(() => fitted.sets({ ...probabilities, rows: 3 }, { groups })).toThrow(
      "sets: 3 rows of 4 classes need 12 probabilities, got 800",
    );
    expect(() => fitConformal(probabilities, labels).sets(probabilitiesOf(4, 0.5, NaN, 0.5, 0))).toThrow(
      "sets: probabilities must be in [0, 1], got NaN at row 0, column 1",
    );
  });
});

test("numbers from elsewhere that no fit can have made are refused", () => {
  const { probabilities, labels } = drawSample(60, createGenerator(1));
  const numbers = fitConformal(probabilities, labels);
  const [threshold] = numbers.thresholds;
  expect(() => conformalSets({ ...numbers, by: "class" })).toThrow(
    "conformalSets: 4 thresholds are needed by class, got 1",
  );
  expect(() => conformalSets({ ...numbers, thresholds: [{ ...threshold, rank: 54 }] })).toThrow(
    'conformalSets: the threshold of "all rows" does not belong to 60 rows at a coverage of 0.9',
  );
  expect(() => conformalSets({ ...numbers, thresholds: [{ ...threshold, cutoff: NaN }] })).toThrow(
    InputError,
  );
  expect(() => conformalSets({ ...numbers, thresholds: [], by: "group" })).toThrow(InputError);
});

test("no rows get no sets", () => {
  const sample = drawSample(30, createGenerator(1));
  const sets = fitConformal(sample.probabilities, sample.labels).sets(probabilitiesOf(4));
  expect(sets.rows).toBe(0);
  expect(sets.members.length).toBe(0);
});
