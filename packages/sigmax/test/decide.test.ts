import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { costs, csv, openShelf, rowsOfCsv, visits } from "./decision-fixture.ts";
import { inFolder, refusal, removeFolder, sigmax, sigmaxJson } from "./run.ts";

let shelf: string;
beforeAll(async () => {
  shelf = await openShelf();
  writeFileSync(join(shelf, "bad.json"), '{"costs": {"A": 1,');
  writeFileSync(join(shelf, "negative.json"), JSON.stringify({ costs: { ...costs, refer: -2 } }));
  writeFileSync(join(shelf, "missing.json"), JSON.stringify({ costs: { treat: { benign: 1 }, refer: 2 } }));
  writeFileSync(join(shelf, "strict.json"), JSON.stringify({ targetRisk: 0.01 }));
  const rows = visits(40);
  writeFileSync(join(shelf, "free.csv"), csv(rows.map((row, i) => (i === 7 ? row.with(5, "-2") : row))));
  writeFileSync(join(shelf, "unpriced.csv"), csv(rows.map((row, i) => (i === 7 ? row.with(5, "") : row))));
  writeFileSync(join(shelf, "east.csv"), csv(rows.map((row, i) => (i === 7 ? row.with(4, "east") : row))));
  writeFileSync(join(shelf, "strange.csv"), csv(rows.map((row, i) => (i === 7 ? row.with(6, "d") : row))));
  const readings = {
    twice: "3,a\n3,b",
    beyond: "9999,a",
    silent: "3,",
    unknown: "3,aa\n4,b",
    single: "3,a",
  };
  for (const [name, text] of Object.entries(readings))
    writeFileSync(join(shelf, `${name}.csv`), `row,reader\n${text}\n`);
  writeFileSync(join(shelf, "stated.csv"), "row,reader\n3,0.7\n");
  writeFileSync(join(shelf, "nameless.csv"), "row,read\n3,a\n");
});
afterAll(() => removeFolder(shelf));

/** The model, the source and the policy, each from the shelf unless it is a named set. */
function given(model: string, source: string, policy: string): string[] {
  const path = (name: string): string => (name.includes(".") ? join(shelf, name) : name);
  return ["decide", path(model), path(source), "--policy", path(policy)];
}

interface Summary {
  rows: number;
  referred: number;
  actions: { action: string; rows: number }[];
  promises: string[];
  notes: string[];
  measured: {
    rows: number;
    measuredOn: string;
    costs: { strategy: string; mean: number; interval: [number, number] }[];
    accepted: { rows: number; errors: number };
  } | null;
  ids: Record<string, string>;
  reader: {
    rows: number;
    learnedFrom: string;
    comparison: Record<"model" | "reader" | "pair", { rate: number }> & { rows: number };
  } | null;
}

const asBreast = ["bc.calibrated.sigmax", "breast-cancer", "policy.json"] as const;
const asVisits = ["v.calibrated.sigmax", "visits.csv", "visits.json"] as const;

describe("decide", () => {
  test("takes the action of least expected cost, and refers what is cheaper or in doubt", () =>
    inFolder(async (folder) => {
      const found = await sigmaxJson<Summary>([...given(...asBreast), "--out", "d.csv"], { folder });
      const rows = rowsOfCsv(readFileSync(join(folder, "d.csv"), "utf8"));
      expect(rows).toHaveLength(569);
      expect(Object.keys(rows[0])).toEqual(
        "row,action,reasons,label,probability:malignant,probability:benign,low:malignant,low:benign,high:malignant,high:benign,set,cost:treat,cost:wait,cost:refer,reader".split(
          ",",
        ),
      );
      for (const row of rows) {
        const p = Number(row["probability:malignant"]);
        expect(Number(row["cost:wait"])).toBeCloseTo(50 * p, 9);
        expect(Number(row["cost:treat"])).toBeCloseTo(1 - p, 9);
        expect(row["reader"]).toBe("");
        const cheapest = 50 * p < 1 - p ? "wait" : "treat";
        expect(row["action"]).toBe(row["reasons"] === "" ? cheapest : "refer");
      }
      const referred = rows.filter((row) => row["action"] === "refer").length;
      expect(found.referred).toBe(referred);
      expect(found.actions.reduce((sum, each) => sum + each.rows, 0)).toBe(569);
      expect(found.ids["model"]).toMatch(/^[0-9a-f]{12}$/);
      expect(found.ids["policy"]).toMatch(/^[0-9a-f]{12}$/);
      expect(found.promises).toEqual([expect.stringContaining("for at least 90 % of all cases")]);
      // Measured on the rows kept for test alone: 15 % of 569.
      expect(found.measured).toMatchObject({ rows: 85, measuredOn: "test" });
      expect(found.measured?.costs.map(({ strategy }) => strategy)).toEqual([
        "policy",
        "always treat",
        "always wait",
        "always refer",
        "most probable class",
      ]);
      expect(found.measured?.costs[3].mean).toBe(2);
      expect(found.notes.join()).toContain(
        "has seen some of these rows before (285 train, 85 calibrate, 114 guarantee)",
      );
    }));

  test("writes the same decisions as CSV, JSON lines and Parquet", () =>
    inFolder(async (folder) => {
      const args = [...given(...asVisits), "--rows", "test", "--keep", "id,visit price", "--quiet"];
      for (const end of ["csv", "jsonl", "parquet"])
        expect((await sigmax([...args, "--out", `d.${end}`], { folder })).code).toBe(0);
      const rows = rowsOfCsv(readFileSync(join(folder, "d.csv"), "utf8"));
      expect(rows).toHaveLength(240);
      const packed = await parquetReadObjects({ file: await asyncBufferFromFile(join(folder, "d.parquet")) });
      expect(
        packed.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, String(v ?? "")]))),
      ).toEqual(rows);
      const lines = readFileSync(join(folder, "d.jsonl"), "utf8").trimEnd().split("\n");
      const objects = lines.map((line) => JSON.parse(line));
      expect(objects.map(({ action, row, id }) => [action, String(row), id])).toEqual(
        rows.map((row) => [row["action"], row["row"], row["id"]]),
      );
      expect(objects[0]).toMatchObject({
        "visit price": Number(rows[0]["visit price"]),
        labelSet: rows[0]["set"].split(";").filter((label) => label !== ""),
        reader: null,
      });
      // The cost of referring a row is what its own column says.
      for (const row of rows) expect(Number(row["cost:refer"])).toBeCloseTo(Number(row["visit price"]), 9);
    }));

  test("a target risk refers what the guarantee does not accept, and says what is promised", () =>
    inFolder(async (folder) => {
      const args = given("bc.calibrated.sigmax", "breast-cancer", "risk.json");
      const found = await sigmaxJson<Summary>([...args, "--out", "d.csv"], { folder });
      expect(found.promises[0]).toBe(
        "in at most 5 % of accepted cases the label is wrong, with confidence 90 %, from 114 rows kept for this",
      );
      const explained = await sigmax([...args, "--explain", "0"], { folder });
      expect(explained.stdout).toMatch(
        /Its probability, [\d.]+ %, is above [\d.]+ %: such rows are accepted\./,
      );
      const { measured } = found;
      expect(measured?.accepted.rows).toBeGreaterThan(60);
      expect((measured?.accepted.errors ?? 9) / (measured?.accepted.rows ?? 1)).toBeLessThan(0.05);
    }));

  test("one block or many, all rows or some: a row's decision hangs on itself alone", () =>
    inFolder(async (folder) => {
      const all = await sigmax(given(...asVisits), { folder });
      const some = await sigmax([...given(...asVisits), "--rows", "test"], { folder });
      const byRow = new Map(rowsOfCsv(all.stdout).map((row) => [row["row"], row]));
      for (const row of rowsOfCsv(some.stdout)) expect(row).toEqual(byRow.get(row["row"]));
    }));

  test("other shares of the classes change the odds by one factor, and void what was promised", () =>
    inFolder(async (folder) => {
      const plain = rowsOfCsv((await sigmax(given(...asBreast), { folder })).stdout);
      const args = [...given(...asBreast), "--prevalence", "malignant=0.03", "--out", "d.csv"];
      const found = await sigmaxJson<Summary>(args, { folder });
      const shifted = rowsOfCsv(readFileSync(join(folder, "d.csv"), "utf8"));
      const odds = (row: Record<string, string>): number =>
        Number(row["probability:malignant"]) / Number(row["probability:benign"]);
      // In training 106 of 285 rows are malignant.
      const factor = (0.03 / 0.97 / 106) * 179;
      for (const [i, row] of shifted.entries()) expect(odds(row) / odds(plain[i]) / factor).toBeCloseTo(1, 6);
      expect(found).toMatchObject({ promises: [], measured: null });
      expect(shifted[0]).not.toHaveProperty("set");
      expect(found.notes.join()).toContain("Nothing that was guaranteed carries over");
    }));

  test("of three classes those not named keep their proportions, and there are no intervals", () =>
    inFolder(async (folder) => {
      const plain = rowsOfCsv((await sigmax(given(...asVisits), { folder })).stdout);
      const args = [...given(...asVisits), "--prevalence", "a=0.6", "--out", "d.csv"];
      const found = await sigmaxJson<{ prevalence: Record<"from" | "to", Record<string, number>> }>(args, {
        folder,
      });
      const { from, to } = found.prevalence;
      expect(to["a"]).toBe(0.6);
      expect(to["b"] / to["c"]).toBeCloseTo(from["b"] / from["c"], 12);
      expect(to["a"] + to["b"] + to["c"]).toBeCloseTo(1, 12);
      const odds = (row: Record<string, string>, other: string): number =>
        Number(row["probability:a"]) / Number(row[`probability:${other}`]);
      const shifted = rowsOfCsv(readFileSync(join(folder, "d.csv"), "utf8"));
      for (const other of ["b", "c"]) {
        const factor = ((to["a"] / from["a"]) * from[other]) / to[other];
        for (const [i, row] of shifted.entries())
          expect(odds(row, other) / odds(plain[i], other) / factor).toBeCloseTo(1, 9);
      }
      expect(shifted[0]).not.toHaveProperty("low:a");
    }));

  test("probabilities that were never calibrated are said to be so", () =>
    inFolder(async (folder) => {
      const { stdout } = await sigmax(
        [...given("bc.sigmax", "breast-cancer", "policy.json"), "--out", "d.csv"],
        {
          folder,
        },
      );
      expect(stdout).toContain("The probabilities were never calibrated");
      expect(stdout).toContain("Nothing is guaranteed of these decisions.");
    }));

  test("--explain says of one case what was decided, why, and what is promised", () =>
    inFolder(async (folder) => {
      const rows = rowsOfCsv((await sigmax([...given(...asBreast), "--rows", "test"], { folder })).stdout);
      const referred = rows.find((row) => row["reasons"] === "fragile");
      const args = [...given(...asBreast), "--explain", referred?.["row"] ?? ""];
      const { stdout } = await sigmax(args, { folder });
      const [title, , decision, reason] = stdout.split("\n");
      expect(title).toBe(`Row ${referred?.["row"]} of breast-cancer`);
      expect(decision).toBe("Decision: refer to a person, because");
      expect(reason).toMatch(/^ {2}fragile: inside the intervals of the probabilities another action/);
      for (const part of [
        "95 % interval",
        "Expected cost of each action",
        "taken apart",
        "Guaranteed:",
        "Policy ",
      ])
        expect(stdout).toContain(part);
      expect(await sigmaxJson(args, { folder })).toMatchObject({
        row: Number(referred?.["row"]),
        action: "refer",
        spentOn: "test",
        reasons: [{ code: "fragile" }],
        explanation: { contributions: expect.any(Array) },
      });
    }));
});

describe("a reader", () => {
  /** Fills in what a reader says who is right seven times in eight. */
  async function read(folder: string): Promise<Record<string, string>[]> {
    const text = (await sigmax([...given(...asVisits), "--rows", "test"], { folder })).stdout;
    const truth = visits(1200).map((row) => row[6]);
    const rows = rowsOfCsv(text).map((row, i) => ({
      ...row,
      reader: row["action"] !== "refer" ? "" : i % 8 === 0 ? "b" : truth[Number(row["row"])],
    }));
    const lines = rows.map((row) => Object.values(row));
    writeFileSync(join(folder, "filled.csv"), csv(lines, Object.keys(rows[0]).join(",")));
    return rows;
  }

  test("decides referred rows together with the model, better than the model alone", () =>
    inFolder(async (folder) => {
      const filled = await read(folder);
      const args = [...given(...asVisits), "--rows", "test", "--readings", "filled.csv", "--out", "d.csv"];
      const found = await sigmaxJson<Summary>(args, { folder });
      const answered = filled.filter((row) => row["reader"] !== "");
      expect(found).toMatchObject({ referred: 0, reader: { rows: answered.length } });
      expect(found.reader?.learnedFrom).toContain("without those of the row's own tenth");
      const { comparison } = found.reader ?? {};
      expect(comparison?.rows).toBe(answered.length);
      expect(comparison?.pair.rate).toBeLessThan(comparison?.model.rate ?? 0);
      const rows = rowsOfCsv(readFileSync(join(folder, "d.csv"), "utf8"));
      expect(rows.map((row) => row["reader"])).toEqual(filled.map((row) => row["reader"]));
      const firm = (row: Record<string, string>): boolean => row["reader"] === "";
      expect(rows.filter(firm)).toEqual(filled.filter(firm));
      for (const row of rows.filter((each) => !firm(each)))
        expect([row["set"], row["cost:refer"], row["low:a"]]).toEqual(["", "", ""]);
    }));

  test("is weighed by a log of earlier answers: Bayes' rule with the shares of that log", () =>
    inFolder(async (folder) => {
      const filled = await read(folder);
      // 20 of each class; a and c always said right, b said to be a once in four times.
      const log = Array.from({ length: 60 }, (_, i) => ["abc"[i % 3], i % 12 === 1 ? "a" : "abc"[i % 3]]);
      writeFileSync(join(folder, "log.csv"), csv(log, "y,reader"));
      const args = [
        ...given(...asVisits),
        "--rows",
        "test",
        "--readings",
        "filled.csv",
        "--reader-log",
        "log.csv",
      ];
      const rows = rowsOfCsv((await sigmax(args, { folder })).stdout);
      const i = filled.findIndex((row) => row["reader"] === "a");
      const p = ["a", "b", "c"].map((name) => Number(filled[i][`probability:${name}`]));
      const said = [20.5, 5.5, 0.5].map((count, k) => (count / 21.5) * p[k]);
      const sum = said[0] + said[1] + said[2];
      for (const [k, name] of ["a", "b", "c"].entries())
        expect(Number(rows[i][`probability:${name}`])).toBeCloseTo(said[k] / sum, 9);
      const explained = await sigmax([...args, "--explain", filled[i]["row"]], { folder });
      expect(explained.stdout).toContain("A reader saw this case and said: a.");
    }));
});

describe("decide refuses", () => {
  test.each([
    [
      "policy.json",
      "v.calibrated.sigmax",
      "visits.csv",
      /policy\.json: there is no class "benign" \(a, b, c\)$/,
    ],
    [
      "negative.json",
      "bc.sigmax",
      "breast-cancer",
      /negative\.json: the cost of "refer" must be a finite number ≥ 0, got -2$/,
    ],
    [
      "missing.json",
      "bc.sigmax",
      "breast-cancer",
      /missing\.json: "treat" has no cost for class "malignant"$/,
    ],
    ["bad.json", "bc.sigmax", "breast-cancer", /bad\.json: expected a policy as JSON; /],
    ["nothing.json", "bc.sigmax", "breast-cancer", /nothing\.json: there is no such file/],
    [
      "strict.json",
      "bc.calibrated.sigmax",
      "breast-cancer",
      /asks for a risk of 0\.01 with confidence 0\.9, but this model promises 0\.05 with 0\.9; .* run sigmax calibrate with --target-risk 0\.01/,
    ],
    ["risk.json", "bc.sigmax", "breast-cancer", /but this model promises none; keep rows for that/],
    [
      "visits.json",
      "v.calibrated.sigmax",
      "free.csv",
      /the cost of "refer", column "visit price", must be a number, 0 or more, got -2 at row 7$/,
    ],
    [
      "visits.json",
      "v.calibrated.sigmax",
      "unpriced.csv",
      /must be a number, 0 or more, got nothing at row 7$/,
    ],
    [
      "visits.json",
      "v.calibrated.sigmax",
      "east.csv",
      /label sets go by the groups north, south, and nothing is known of "east" at row 7; /,
    ],
    [
      "visits.json",
      "v.calibrated.sigmax",
      "strange.csv",
      /expected classes of the model \(a, b, c\) or none, got "d" at row 7/,
    ],
  ])("%s for %s and %s", async (policy, model, source, sentence) => {
    expect(await refusal(given(model, source, policy), { folder: shelf })).toMatch(sentence);
  });

  test.each([
    [["--prevalence", "q=0.1"], /^--prevalence: there is no class "q" \(a, b, c\)/],
    [
      ["--prevalence", "a=0.6,b=0.6"],
      /^--prevalence: the shares must leave some for the other classes, got a sum of 1\.2$/,
    ],
    [["--prevalence", "a"], /^--prevalence: expected different classes, each with its share/],
    [
      ["--prevalence", "a=0.5", "--intervals", "0.9"],
      /^--intervals: with --prevalence there are intervals for two classes only/,
    ],
    [["--explain", "5000"], /^--explain: .*visits\.csv has the rows 0 to 1199, got 5000$/],
    [["--out", "d.txt"], /^--out: expected a name that ends in \.csv, \.jsonl or \.parquet, got d\.txt$/],
    [["--json"], /^--json: name the file for the decisions too/],
    [["--keep", "action"], /^--keep: the decisions have a column "action" of their own/],
    [["--readings", "twice.csv"], /^twice\.csv: row 3 comes twice/],
    [
      ["--readings", "beyond.csv"],
      /^beyond\.csv: row 9999 is not among those decided on of .*, which has the rows 0 to 1199$/,
    ],
    [["--readings", "silent.csv"], /^silent\.csv: the column "reader" is empty/],
    [["--readings", "unknown.csv"], /^unknown\.csv: expected an answer among a, b, c, got "aa" at row 3/],
    [["--readings", "single.csv"], /^--readings: how right this reader is can be learned from no row here/],
    [["--readings", "nameless.csv"], /^nameless\.csv: there is no column "reader"/],
    [["--reader-log", "twice.csv"], /^--reader-log: says how right a reader is; name what the reader says/],
  ])("%s", async (more, sentence) => {
    expect(await refusal([...given(...asVisits), ...more], { folder: shelf })).toMatch(sentence);
  });

  test("a reader's probability where a class is expected, and names what takes it", async () => {
    const args = [...given(...asBreast), "--readings", "stated.csv"];
    expect(await refusal(args, { folder: shelf })).toMatch(
      /^stated\.csv: expected the class that the reader saw, got the number 0\.7 at row 3; .*fitPool/,
    );
  });

  test("to run without a policy", async () => {
    expect(await refusal(["decide", "bc.sigmax", "breast-cancer"], { folder: shelf })).toMatch(
      /^say what can be done and what it costs: --policy policy\.json/,
    );
  });
});
