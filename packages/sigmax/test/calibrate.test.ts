import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { csv, openShelf, scores, visits } from "./decision-fixture.ts";
import { inFolder, refusal, removeFolder, sigmax, sigmaxJson } from "./run.ts";

let shelf: string;
beforeAll(async () => {
  shelf = await openShelf();
  const other = visits(400, 5);
  const write = (name: string, text: string): void => writeFileSync(join(shelf, name), text);
  write("without-c.csv", csv(other.filter((row) => row[6] !== "c")));
  write("unlabelled.csv", csv(other.map((row, i) => (i % 50 === 0 ? row.with(6, "") : row))));
  write("new.csv", csv(other));
  write("rare.csv", csv(visits(1200).map((row, i) => (i < 3 ? row.with(4, "east") : row))));
  const lines = scores(400).trimEnd().split("\n");
  write("wrong-sum.csv", lines.map((line, i) => (i === 9 ? "8,1,-1,0.5,0.4,A,yes" : line)).join("\n"));
  write("risk20.json", JSON.stringify({ targetRisk: 0.2 }));
  await sigmax(
    [
      "train",
      "visits.csv",
      "--target",
      "y",
      "--features",
      "x1,x2",
      "--report",
      "none",
      "--out",
      "spent.sigmax",
      "--quiet",
    ],
    { folder: shelf },
  );
  await sigmax(
    [
      "train",
      "rare.csv",
      "--target",
      "y",
      "--features",
      "x1,x2",
      "--split",
      "0.4/0.2/0.2/0.2",
      "--report",
      "none",
      "--out",
      "rare.sigmax",
      "--quiet",
    ],
    { folder: shelf },
  );
});
afterAll(() => removeFolder(shelf));

interface Calibrated {
  rows: number;
  classes: string[];
  calibration: {
    kind: string;
    numbers: Record<string, number[]>;
    candidates: { kind: string }[];
    reason: string;
  };
  guarantees: {
    rows: number;
    groupColumn: string | null;
    promises: string[];
    sets: { by: string; method: string; thresholds: { name: string }[] } | null;
  } | null;
  test: { before: { logLoss: number }; after: { logLoss: number } } | null;
  notes: string[];
}

/** Runs calibrate in a folder of its own; files of the shelf by their names. */
function calibrate(folder: string, ...args: string[]): Promise<Calibrated> {
  const paths = args.map((arg) => (/^\w[\w-]*\.(sigmax|csv)$/.test(arg) ? join(shelf, arg) : arg));
  return sigmaxJson<Calibrated>(["calibrate", ...paths, "--out", "c.sigmax"], { folder });
}

const ofScores = ["--target", "died", "--classes", "no,yes"];

describe("calibrate", () => {
  test("a model: on the rows kept for it, sets on theirs, figures on the test rows", () =>
    inFolder(async (folder) => {
      const found = await calibrate(folder, "v.sigmax", "visits.csv", "--coverage", "0.8", "--sets", "aps");
      expect(found).toMatchObject({
        rows: 240,
        classes: ["a", "b", "c"],
        guarantees: { rows: 240, sets: { by: "all", method: "aps" } },
      });
      const evaluated = await sigmaxJson(
        ["evaluate", "c.sigmax", join(shelf, "visits.csv"), "--by", "site"],
        {
          folder,
        },
      );
      expect(evaluated).toMatchObject({
        rows: 240,
        evaluatedOn: "test",
        uncalibrated: { logLoss: found.test?.before.logLoss },
        logLoss: found.test?.after.logLoss,
        calibrationLines: [{ class: "a" }, { class: "b" }, { class: "c" }],
        eceDebiased: expect.any(Number),
        labelSets: { promised: 0.8, overall: { rows: 240 } },
        accepted: null,
        subgroups: { column: "site", groups: [{ value: "north" }, { value: "south" }] },
      });
      expect(await sigmaxJson(["inspect", "c.sigmax"], { folder })).toMatchObject({
        calibration: { kind: found.calibration.kind, rows: 240, reason: found.calibration.reason },
        guarantees: found.guarantees?.promises,
      });
    }));

  test.each(["temperature", "vector", "platt", "beta", "isotonic", "identity"])(
    "--method %s is what is taken",
    (method) =>
      inFolder(async (folder) => {
        const found = await calibrate(folder, "v.sigmax", "visits.csv", "--method", method);
        expect(found.calibration).toMatchObject({ kind: method, reason: `${method} was asked for` });
      }),
  );

  test("logits from elsewhere, twice too large: a temperature near 2 is found, and log-loss falls", () =>
    inFolder(async (folder) => {
      const found = await calibrate(
        folder,
        "scores.csv",
        "--logits",
        "z0,z1",
        ...ofScores,
        "--method",
        "temperature",
      );
      expect(found.rows).toBe(600);
      // The columns differ by 4z and the truth goes by z.
      expect(1 / found.calibration.numbers["beta"][0]).toBeCloseTo(4, 0);
      expect(found.test?.after.logLoss).toBeLessThan(found.test?.before.logLoss ?? 0);
    }));

  test("a column of probabilities for each class and one of the second alone make the same calibrator", () =>
    inFolder(async (folder) => {
      const both = await calibrate(folder, "scores.csv", "--probabilities", "p0,p1", ...ofScores);
      const one = await calibrate(folder, "scores.csv", "--probabilities", "p1", ...ofScores);
      expect(one.calibration.kind).toBe(both.calibration.kind);
      expect(one.calibration.numbers["beta"][0]).toBeCloseTo(both.calibration.numbers["beta"][0], 6);
      expect(one.calibration.candidates.map(({ kind }) => kind)).toContain("isotonic");
    }));

  test("a model of scores is evaluated, predicted with, inspected and decided with like any other", () =>
    inFolder(async (folder) => {
      await calibrate(folder, "scores.csv", "--probabilities", "p1", ...ofScores, "--target-risk", "0.2");
      const source = join(shelf, "scores.csv");
      const evaluated = await sigmaxJson(["evaluate", "c.sigmax", source, "--positive", "yes"], { folder });
      expect(evaluated).toMatchObject({
        rows: 300,
        accepted: { targetRisk: 0.2 },
        calibrationLines: [{ class: "yes" }],
      });
      const predicted = await sigmax(["predict", "c.sigmax", source, "--keep", "id"], { folder });
      expect(predicted.stdout.split("\n", 1)).toEqual(["id,label,probability:no,probability:yes"]);
      const args = ["decide", "c.sigmax", source, "--policy", join(shelf, "risk20.json"), "--out", "d.csv"];
      expect(await sigmaxJson(args, { folder })).toMatchObject({
        rows: 1200,
        promises: [
          expect.stringContaining("in at most 20 % of accepted cases"),
          expect.stringContaining("LAC"),
        ],
      });
    }));

  test("--by column: a threshold for each of its values", () =>
    inFolder(async (folder) => {
      const found = await calibrate(folder, "v.sigmax", "visits.csv", "--by", "site");
      expect(found.guarantees).toMatchObject({ groupColumn: "site", sets: { by: "group" } });
      expect(found.guarantees?.sets?.thresholds.map(({ name }) => name)).toEqual(["north", "south"]);
      expect(found.guarantees?.promises[0]).toContain("of the cases of each site");
    }));

  test("--guarantee names other rows, which are then spent", () =>
    inFolder(async (folder) => {
      const found = await calibrate(
        folder,
        "v.sigmax",
        "visits.csv",
        "--guarantee",
        "new.csv",
        "--by",
        "site",
      );
      expect(found.guarantees?.rows).toBe(400);
      const inspected = await sigmaxJson(["inspect", "c.sigmax"], { folder });
      expect(inspected["ledger"]).toMatchObject([{}, { uses: ["400 guarantee"] }]);
    }));

  test("--split none calibrates on all rows of scores, and promises nothing", () =>
    inFolder(async (folder) => {
      const found = await calibrate(
        folder,
        "scores.csv",
        "--probabilities",
        "p1",
        ...ofScores,
        "--split",
        "none",
      );
      expect(found).toMatchObject({ rows: 1200, guarantees: null, test: null });
      expect(found.notes).toEqual([expect.stringContaining("Nothing is guaranteed")]);
    }));

  test("a risk that so few rows cannot promise is not among the promises", () =>
    inFolder(async (folder) => {
      const found = await calibrate(folder, "v.sigmax", "visits.csv", "--target-risk", "0.001");
      expect(found.guarantees?.promises).toHaveLength(1);
      expect(found.notes).toEqual([
        expect.stringMatching(
          /^Not guaranteed: a risk of at most 0\.1 % cannot be promised .* at least 2302 rows/,
        ),
      ]);
    }));
});

describe("evaluate", () => {
  test("--policy weighs the policy against doing always the same", () =>
    inFolder(async (folder) => {
      const path = (name: string): string => join(shelf, name);
      const args = [
        "evaluate",
        path("v.calibrated.sigmax"),
        path("visits.csv"),
        "--policy",
        path("visits.json"),
      ];
      const evaluated = await sigmaxJson<{ costs: { strategy: string; mean: number }[] }>(args, { folder });
      const decided = await sigmaxJson<{ measured: { costs: unknown } }>(
        ["decide", ...args.slice(1), "--out", "d.csv"],
        { folder },
      );
      expect(evaluated.costs).toEqual(decided.measured.costs);
    }));

  test("--by marks groups with fewer than ten rows", () =>
    inFolder(async (folder) => {
      const args = [
        "evaluate",
        join(shelf, "rare.sigmax"),
        join(shelf, "rare.csv"),
        "--rows",
        "all",
        "--by",
        "site",
      ];
      const { subgroups } = await sigmaxJson<{ subgroups: { groups: object[] } }>(args, { folder });
      expect(subgroups.groups).toMatchObject([
        { value: "east", rows: 3, tooSmall: true },
        { value: "north", tooSmall: false },
        { value: "south", tooSmall: false },
      ]);
      expect((await sigmax(args, { folder })).stdout).toContain("too few rows to judge");
    }));
});

describe("calibrate refuses", () => {
  const given = (...args: string[]): Promise<string> => refusal(["calibrate", ...args], { folder: shelf });
  test.each([
    [
      ["v.sigmax", "visits.csv", "--coverage", "1.0"],
      /^--coverage: a coverage of 1 can be promised from no number of rows; 240 rows can promise at most 0\.99585$/,
    ],
    [
      ["v.sigmax", "visits.csv", "--coverage", "0.999"],
      /^--coverage: a coverage of 0\.999 needs at least 999 rows, got 240, which can promise at most/,
    ],
    [["v.sigmax", "without-c.csv"], /^each class needs a calibration row, got none of class "c"$/],
    [
      ["v.sigmax", "unlabelled.csv"],
      /^unlabelled\.csv: line 2, column "y": the class is missing, and in 7 more rows/,
    ],
    [
      ["spent.sigmax", "visits.csv"],
      /^visits\.csv: no rows are kept to calibrate on; the model has used them so: 960 train, 240 test; train with/,
    ],
    [["v.sigmax", "visits.csv", "--guarantee", "scores.csv"], /^scores\.csv: there is no column "y"/],
    [
      ["spent.sigmax", "new.csv", "--guarantee", "visits.csv"],
      /^visits\.csv: no rows are kept for guarantees; the model has used them so: 960 train, 240 test/,
    ],
    [
      ["spent.sigmax", "new.csv", "--guarantee", "new.csv"],
      /^new\.csv: no rows are kept for guarantees; the model has used them so: 400 calibrate/,
    ],
    [["spent.sigmax", "new.csv", "--target-risk", "0.1"], /^new\.csv: no rows are kept for guarantees/],
    [["rare.sigmax", "rare.csv", "--by", "site"], /^--(by|coverage): .*"east"/],
    [["v.sigmax", "visits.csv", "--by", "sit"], /^.*there is no column "sit"; did you mean "site"\?/],
    [
      ["wrong-sum.csv", "--probabilities", "p0,p1", "--target", "died"],
      /^wrong-sum\.csv: the probabilities of a row must sum to 1 within 0\.001, got 0\.9 at row 8$/,
    ],
    [
      ["scores.csv", "--probabilities", "p0,p2", "--target", "died"],
      /^scores\.csv: --probabilities: there is no column "p2"/,
    ],
    [
      ["scores.csv", "--probabilities", "p1", "--logits", "z1", "--target", "died"],
      /^--logits and --probabilities: expected one of them, got both$/,
    ],
    [
      ["scores.csv", "--probabilities", "p1"],
      /^scores\.csv: say which column holds the true class: --target <column>$/,
    ],
    [
      ["scores.csv", "--probabilities", "p1", "--target", "died", "--split", "0.5/0.5"],
      /^--split: expected shares to calibrate\/guarantee\/test/,
    ],
    [["v.sigmax"], /^calibrate: expected a model and the rows to calibrate it on, got v\.sigmax alone/],
    [
      ["v.sigmax", "visits.csv", "--out", "v.sigmax"],
      /^--out: v\.sigmax is what is read; give another name$/,
    ],
  ])("%s", async (args, sentence) => {
    expect(await given(...args)).toMatch(sentence);
  });
});
