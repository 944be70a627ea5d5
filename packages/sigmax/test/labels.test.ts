import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusal, removeFolder, run, sigmax, sigmaxJson, temporaryFolder } from "./run.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const manual = readFileSync(`${root}docs/labels.md`, "utf8");
const blocksOf = (kind: string): string[] =>
  [...manual.matchAll(new RegExp(`\`\`\`${kind}\n([^]*?)\`\`\``, "g"))].map(([, text]) => text);

/** Rows whose labels hang on two columns, by turns of a fixed pattern rather than by chance. */
const rows = Array.from({ length: 400 }, (_, i) => {
  const [words, links] = [Math.sin(3 * i) * 200 + 250, Math.cos(1.7 * i) * 5 + 5];
  const noise = Math.sin(11.3 * i) * 2;
  return {
    words: words.toFixed(2),
    links: links.toFixed(2),
    web: Number(links - 5 + noise > 0),
    games: Number((words - 250) / 40 + noise > 1),
    urgent: Number(links - 5 - noise > 5),
  };
});
const labels = ["web", "games", "urgent"] as const;
const listed = rows.map((row) => labels.filter((name) => row[name] === 1).join(";"));

let folder = "";
const inFolder = () => ({ folder });

beforeAll(async () => {
  folder = await temporaryFolder();
  const lines = (header: string, cells: (row: (typeof rows)[number], i: number) => unknown[]): string =>
    `${header}\n${rows.map((row, i) => cells(row, i).join(",")).join("\n")}\n`;
  const files = {
    "articles.csv": lines("words,links,tags", ({ words, links }, i) => [words, links, listed[i]]),
    "new.csv": lines("words,links,tags,region", ({ words, links }, i) => [
      words,
      links,
      listed[i],
      ["north", "south"][i % 2],
    ]),
    "flags.csv": lines("words,links,web,games,urgent", (row) => [
      row.words,
      row.links,
      row.web,
      row.games,
      row.urgent,
    ]),
    "policy.json": blocksOf("json")[0],
    "unknown.json": '{"thresholds": {"*": 0.5, "spam": 0.2}}',
    "odd.csv": lines("words,links,web,games", (row, i) => [
      row.words,
      row.links,
      i === 7 ? "maybe" : row.web,
      row.games,
    ]),
    "gap.csv": lines("words,links,web,games", (row, i) => [
      row.words,
      row.links,
      i === 3 ? "" : row.web,
      row.games,
    ]),
    "never.csv": lines("words,links,web,never,always", (row) => [row.words, row.links, row.web, 0, 1]),
    "same.csv": lines("words,links,never,always", (row) => [row.words, row.links, 0, 1]),
    "other.csv": lines("words,links,tags", ({ words, links }, i) => [
      words,
      links,
      i % 4 === 0 ? "web;new" : listed[i],
    ]),
    "unmarked.csv": lines("words,links,spam", ({ words, links, web }, i) => [
      words,
      links,
      i === 9 ? "" : web,
    ]),
    "shares.json": '{"thresholds": {"*": 0.5}}',
    "regions.csv": lines("words,links,web,games,urgent,region", (row, i) => [
      ...Object.values(row),
      ["north", "south", "east"][i % 3],
    ]),
    "spam.json": '{"thresholds": {"spam": 0.5}}',
    "one.csv": lines("words,links,spam", ({ words, links, web }) => [words, links, web]),
    "exclusive.csv": lines("words,links,tags", ({ words, links, web }) => [words, links, web ? "a" : "b"]),
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
});

afterAll(() => removeFolder(folder));

describe("docs/labels.md", () => {
  test("its commands run one after the other on a small table", async () => {
    const commands = blocksOf("sh").flatMap((block) => block.trim().split("\n"));
    expect(commands.length).toBeGreaterThan(6);
    for (const command of commands) {
      const [program, ...args] = command.split(" ").map((word) => word.replaceAll('"', ""));
      expect(program).toBe("sigmax");
      const { code, stderr } = await sigmax(args, { folder });
      expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: "" });
    }
    const predictions = await readFile(join(folder, "predictions.csv"), "utf8");
    expect(predictions.split("\n")[0]).toBe("labels,probability:games,probability:urgent,probability:web");
    const decisions = await readFile(join(folder, "decisions.csv"), "utf8");
    expect(decisions.split("\n")[0]).toBe(
      "row,labels,referred,reasons,probability:games,probability:urgent,probability:web,set",
    );
    const report = await readFile(join(folder, "articles.calibrated.html"), "utf8");
    expect(report).toContain("Label by label");
    expect(report).toContain("misses at most 10 % on average");
    expect(report).not.toMatch(/NaN|undefined|\[object/);
  });

  test("its code runs, and its comment holds", async () => {
    const checks = `
      import assert from "node:assert/strict";
      const { web, games } = model.probabilities({ words: 100, links: 5 });
      assert.deepEqual([web.toFixed(4), games.toFixed(4)].map((text) => text.slice(0, 4)), WANTED);`;
    const [, web, games] = /web: ([\d.]+)…, games: ([\d.]+)…/.exec(manual) ?? [];
    const code = blocksOf("ts")[0] + checks.replace("WANTED", JSON.stringify([web, games]));
    const outcome = await run(process.execPath, ["--input-type=module", "--eval", code], { folder: root });
    expect(outcome).toEqual({ code: 0, signal: null, stdout: "", stderr: "" });
  });
});

describe("the labels of rows", () => {
  interface Trained {
    readonly classes: readonly string[];
    readonly objective: number;
    readonly status: string;
    readonly rows: number;
    readonly evaluatedOn: string;
    readonly warnings: readonly string[];
    readonly notes: readonly string[];
    readonly micro: { readonly f1: number };
  }

  test("are the same model from columns and from lists, but for their order", async () => {
    const wide = await sigmaxJson<Trained>(
      ["train", "flags.csv", "--target", "games,urgent,web", "--out", "w.sigmax"],
      inFolder(),
    );
    const list = await sigmaxJson<Trained>(
      ["train", "articles.csv", "--target", "tags", "--head", "multilabel", "--out", "a.sigmax"],
      inFolder(),
    );
    expect(list.classes).toEqual(["games", "urgent", "web"]);
    expect(wide).toMatchObject({
      status: "certified",
      evaluatedOn: "test",
      objective: list.objective,
      micro: list.micro,
    });
    const [first, second] = await Promise.all(
      ["w", "a"].map((name) => sigmax(["predict", `${name}.sigmax`, "articles.csv"], inFolder())),
    );
    expect(first.stdout).toBe(second.stdout);
  });

  test("may be one, a column of 0 and 1", async () => {
    const one = await sigmaxJson<Trained>(
      ["train", "one.csv", "--target", "spam", "--head", "multilabel"],
      inFolder(),
    );
    expect(one.classes).toEqual(["spam"]);
    const { stdout } = await sigmax(["predict", "one.sigmax", "one.csv"], inFolder());
    expect(stdout.split("\n")[0]).toBe("labels,probability:spam");
  });

  test("learn through hidden layers too", async () => {
    const deep = await sigmaxJson<Trained>(
      [
        "train",
        "flags.csv",
        "--target",
        "web,games,urgent",
        "--hidden",
        "8:relu",
        "--epochs",
        "20",
        "--patience",
        "5",
        "--out",
        "deep.sigmax",
      ],
      inFolder(),
    );
    expect(deep.micro.f1).toBeGreaterThan(0.5);
    const inspected = await sigmax(["inspect", "deep.sigmax"], inFolder());
    expect(inspected.stdout).toContain("head         multilabel");
  });

  test("that no row carries, or every one, are trained as a constant, with a warning", async () => {
    const { warnings } = await sigmaxJson<Trained>(
      ["train", "never.csv", "--target", "web,never,always"],
      inFolder(),
    );
    expect(warnings[0]).toMatch(/^no training row carries "never"/);
    expect(warnings[1]).toMatch(/^every training row carries "always"/);
    const { stdout } = await sigmax(["inspect", "never.sigmax"], inFolder());
    expect(stdout).toContain('no training row carries "never"');
  });

  test("that exclude each other bring a word about softmax, and lists taken as classes one about sigmoids", async () => {
    const { warnings } = await sigmaxJson<Trained>(
      ["train", "exclusive.csv", "--target", "tags", "--labels", ";", "--out", "e.sigmax"],
      inFolder(),
    );
    expect(warnings[0]).toMatch(/they look mutually exclusive, and a softmax/);
    const classes = rows.map((row, i) => `${row.words},${row.links},${listed[i] || "none"}`).join("\n");
    await writeFile(join(folder, "classes.csv"), `words,links,tags\n${classes}\n`);
    const softmax = await sigmaxJson<Trained>(
      ["train", "classes.csv", "--target", "tags", "--split", "none", "--out", "c.sigmax"],
      inFolder(),
    );
    expect(softmax.warnings.join("\n")).toMatch(
      /seem to carry several labels at once \(".*;.*" at row \d+\)/,
    );
    await writeFile(join(folder, "rare.csv"), `words,links,tags\n${classes}\n1,1,one;two\n`);
    const { code, stderr } = await sigmax(["train", "rare.csv", "--target", "tags"], inFolder());
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /class "one;two" has 1 row, .*; \d+ rows seem to carry several .* \(--labels ";"\)\n$/,
    );
  });

  test("that a model does not know are left out at evaluation, and named", async () => {
    await sigmaxJson(
      ["train", "articles.csv", "--target", "tags", "--labels", ";", "--out", "k.sigmax"],
      inFolder(),
    );
    const { notes, rows: measured } = await sigmaxJson<Trained>(
      ["evaluate", "k.sigmax", "other.csv"],
      inFolder(),
    );
    expect(measured).toBe(400);
    expect(notes).toEqual(["Left out, since the model does not know this label: new (100 marks)."]);
  });
});

describe("evaluate", () => {
  interface Measured {
    readonly costs: readonly { readonly strategy: string; readonly difference: number }[];
    readonly subgroups: {
      readonly column: string;
      readonly groups: readonly { readonly value: string; readonly rows: number; readonly missed: unknown }[];
    };
    readonly comparison: {
      readonly rows: number;
      readonly microF1: { readonly difference: number; readonly interval: readonly [number, number] };
      readonly accuracy: { readonly p: number };
    };
  }

  test("weighs a policy, divides rows by a column and compares with another model: as JSON, in words and in the report", async () => {
    const train = ["train", "regions.csv", "--target", "web,games,urgent", "--split", "0.5/0.15/0.15/0.2"];
    await sigmax([...train, "--exclude", "region", "--out", "full.sigmax", "--quiet"], inFolder());
    await sigmax([...train, "--exclude", "region,links", "--out", "half.sigmax", "--quiet"], inFolder());
    await sigmax(["calibrate", "full.sigmax", "regions.csv", "--quiet"], inFolder());
    const command = ["evaluate", "full.calibrated.sigmax", "regions.csv", "--policy", "policy.json"];
    const all = [...command, "--by", "region", "--against", "half.sigmax", "--report", "full.html"];
    const { costs, subgroups, comparison } = await sigmaxJson<Measured>(all, inFolder());
    expect(costs.map(({ strategy }) => strategy)).toEqual([
      "policy",
      "no label",
      "labels as likely as not",
      "refer every label",
    ]);
    expect(subgroups.column).toBe("region");
    expect(subgroups.groups.map(({ value }) => value)).toEqual(["east", "north", "south"]);
    expect(subgroups.groups.reduce((sum, { rows: own }) => sum + own, 0)).toBe(80);
    expect(subgroups.groups.every(({ missed }) => missed !== null)).toBe(true);
    expect(comparison.rows).toBe(80);
    expect(comparison.microF1.interval[1]).toBeLessThan(0); // without the links it is worse
    expect(comparison.accuracy.p).toBeLessThan(0.01);
    const { stdout } = await sigmax(all, inFolder());
    expect(stdout).toMatch(/Cost per row[^]*By region[^]*Compared on the same 80 rows[^]*hamming loss/);
    const report = await readFile(join(folder, "full.html"), "utf8");
    expect(report).toMatch(/What the policy costs[^]*Group by group[^]*Against another model/);
    expect(report).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });
});

describe("decisions on labels", () => {
  interface Decided {
    readonly measured: {
      readonly measuredOn: string;
      readonly measuredRows: number;
      readonly outcomes: readonly {
        readonly left: number;
        readonly given: number;
        readonly referred: number;
      }[];
      readonly costs: readonly { readonly strategy: string; readonly difference: number }[];
    } | null;
    readonly expectedCost: number;
  }

  test("are judged on test rows where the labels are known, beside simpler ways, with a report", async () => {
    const train = ["train", "flags.csv", "--target", "web,games,urgent", "--out", "d.sigmax", "--quiet"];
    await sigmax(train, inFolder());
    const decide = ["decide", "d.sigmax", "flags.csv", "--policy", "policy.json", "--out", "d.csv"];
    const { measured } = await sigmaxJson<Decided>([...decide, "--report", "d.html"], inFolder());
    expect(measured).toMatchObject({ measuredOn: "test", measuredRows: 80 });
    for (const { left, given, referred } of measured?.outcomes ?? [])
      expect(left + given + referred).toBe(80);
    expect(measured?.costs.map(({ strategy }) => strategy)).toEqual([
      "policy",
      "no label",
      "labels as likely as not",
      "refer every label",
    ]);
    for (const { difference } of measured?.costs ?? []) expect(difference).toBeGreaterThanOrEqual(0);
    const report = await readFile(join(folder, "d.html"), "utf8");
    expect(report).toMatch(/What was decided, and what was referred[^]*What the policy costs/);
    expect(report).toContain("Labels are given from the policy's thresholds on");
    expect(report).not.toMatch(/NaN|undefined|\[object/);
    const { stdout } = await sigmax(decide, inFolder());
    expect(stdout).toMatch(/On 80 test rows with known labels: of \d+ labels given \d+ were right/);
    const explained = await sigmax([...decide, "--explain", "3"], inFolder());
    expect(explained.stdout).toMatch(
      /^Row 3 of flags\.csv\n\nGiven: [^]*The labels of this row are known: [^]*policy/,
    );
    expect(await refusal([...decide, "--explain", "400"], inFolder())).toContain(
      "--explain: flags.csv has the rows 0 to 399, got 400",
    );
  });

  test("are not judged where labels are missing, and a report then says what it needs", async () => {
    await sigmax(
      ["train", "one.csv", "--target", "spam", "--head", "multilabel", "--out", "s.sigmax"],
      inFolder(),
    );
    const all = ["decide", "s.sigmax", "unmarked.csv", "--policy", "spam.json", "--out", "s.csv"];
    expect((await sigmaxJson<Decided>(all, inFolder())).measured).toBeNull();
    expect(await refusal([...all, "--report", "s.html"], inFolder())).toContain(
      "--report: needs rows with known labels that the model has not been fitted on, and unmarked.csv has none here",
    );
  });
});

describe("one sentence for", () => {
  beforeAll(async () => {
    await sigmax(
      ["train", "flags.csv", "--target", "web,games,urgent", "--out", "m.sigmax", "--quiet"],
      inFolder(),
    );
    await sigmax(["train", "iris", "--out", "classes.sigmax", "--quiet"], inFolder());
  });

  test.each([
    [
      ["train", "odd.csv", "--target", "web,games"],
      'odd.csv: labels: column "web" must hold 0 or 1 (or false or true), since it is one of several targets, got the text "maybe" at row 7',
    ],
    [
      ["train", "gap.csv", "--target", "web,games"],
      'gap.csv: labels: column "web" must hold 0 or 1 (or false or true), since it is one of several targets, got a missing value at row 3',
    ],
    [
      ["train", "same.csv", "--target", "never,always"],
      "some label must be carried by some rows and not by others, but all are the same in all rows",
    ],
    [
      ["train", "flags.csv", "--target", "web,gams"],
      'flags.csv: there is no column "gams"; did you mean "games"?',
    ],
    [
      ["train", "flags.csv", "--target", "web,web"],
      "--target: expected different names with commas between, got web,web",
    ],
    [
      ["train", "flags.csv", "--target", "web,games", "--head", "softmax"],
      "--head: softmax is for one class per row, and several targets for any number of labels; leave --head out",
    ],
    [
      ["train", "flags.csv", "--labels", ";"],
      "--target: name the columns of the labels (--target web,games), or the one that lists them (--target tags)",
    ],
    [
      ["train", "articles.csv", "--target", "tags", "--labels", ""],
      '--labels: expected what stands between two labels, such as ";", got nothing',
    ],
    [
      ["train", "flags.csv", "--target", "web,games", "--folds", "5"],
      "--folds: this is for classes of which every row has exactly one, and here rows carry several labels; leave it out",
    ],
    [
      ["train", "flags.csv", "--target", "web,games", "--exclude", "web"],
      '--exclude: "web" is a target, expected other columns',
    ],
    [
      ["train", "iris", "--target", "a,b"],
      "iris: expected a table file (.csv, .tsv, .jsonl, .parquet) with columns of labels",
    ],
    [
      ["evaluate", "m.sigmax", "articles.csv"],
      'articles.csv: there is no column "web"; there are words, links, tags',
    ],
    [
      ["evaluate", "m.sigmax", "flags.csv", "--positive", "web"],
      "--positive: this is for classes of which every row has exactly one, and the model gives several labels; leave it out",
    ],
    [
      ["predict", "m.sigmax", "flags.csv", "--intervals", "0.9"],
      "--intervals: this is for classes of which every row has exactly one, and the model gives several labels; leave it out",
    ],
    [
      ["calibrate", "m.sigmax", "flags.csv"],
      "flags.csv: no rows are kept to calibrate on; the model has used them so: 320 train, 80 test; train with --split 0.7/0.1/0.1/0.1 to keep some, or give rows that the model has not seen",
    ],
    [
      ["calibrate", "m.sigmax", "flags.csv", "--method", "isotonic"],
      "--method isotonic: this is for classes of which every row has exactly one, and the model gives several labels; leave it out",
    ],
    [
      ["decide", "m.sigmax", "flags.csv", "--policy", "unknown.json"],
      'unknown.json: there is no label "spam" (web, games, urgent)',
    ],
    [
      ["evaluate", "m.sigmax", "flags.csv", "--rows", "train", "--against", "m.sigmax"],
      "--against: m.sigmax has learned from 320 of these 320 rows, so the comparison would flatter it",
    ],
    [
      ["evaluate", "m.sigmax", "flags.csv", "--against", "classes.sigmax"],
      "--against: classes.sigmax gives one class to a row, and the model any number of labels",
    ],
    [
      ["evaluate", "m.sigmax", "flags.csv", "--policy", "shares.json"],
      "shares.json: evaluate weighs costs, and this policy has none; decide shows what it does",
    ],
    [
      ["evaluate", "m.sigmax", "flags.csv", "--by", "wrods"],
      '--by: there is no column "wrods"; did you mean "words"?',
    ],
  ])("%j", async (args, sentence) => {
    expect(await refusal(args, inFolder())).toContain(sentence);
  });
});
