import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inFolder, sigmax, sigmaxJson } from "./run.ts";

const table = 'title,n,y\n"The red fox",1,a\n"a red, red dog",2,b\n,3,a\nNA,4,b\n"42",5,a\n';

function withTable<T>(work: (folder: string) => Promise<T>, text: string | Buffer = table): Promise<T> {
  return inFolder(async (folder) => {
    await writeFile(join(folder, "t.csv"), text);
    return work(folder);
  });
}

test("inspect tells which terms a column of texts has; only an empty text is missing, and numbers are texts there", () =>
  withTable(async (folder) => {
    const { parts } = await sigmaxJson<{ parts: { columns: { name: string; kind: string }[] }[] }>(
      ["inspect", "t.csv", "--target", "y", "--text", "title", "--max-share", "0.7"],
      { folder },
    );
    expect(parts[0].columns[0]).toMatchObject({
      name: "title",
      kind: "text",
      missing: 1,
      featureCount: 6,
      texts: 5,
      settings: { terms: "words", maxShare: 0.7, hashed: null },
      learned: {
        empty: 1,
        distinct: 6,
        frequent: [
          { term: "red", texts: 2 },
          { term: "42", texts: 1 },
          ...["dog", "fox", "na", "the"].map((term) => ({ term, texts: 1 })),
        ],
      },
    });
    const { stdout } = await sigmax(
      ["inspect", "t.csv", "--text", "title", "--hashed", "2", "--lengths", "1-2"],
      {
        folder,
      },
    );
    expect(stdout).toContain(
      'Texts of "title": 5, 1 without any term\n  terms     runs of 1 to 2 words: 10 different ones, hashed to 2 features, which 100.0 % share with another term\n  frequent  red (2), 42 (1)',
    );
  }));

test.each([
  [["--text", "titel"], '--text: there is no column "titel"; did you mean "title"?'],
  [["--text", "n", "--numeric", "n"], '--numeric and --text: a column is one or the other, got "n" in both'],
  [["--text", "y", "--target", "y"], '--text: "y" is the target, expected other columns'],
  [["--text", "n", "--exclude", "n"], '--text: "n" is left out by --exclude'],
  [
    ["--text", "title", "--min-texts", "3"],
    'no term of column "title" is left: of 6 terms 6 are in fewer than 3 texts (--min-texts)',
  ],
  [["--lengths", "1-2"], "--lengths: it says how texts are read; name their columns with --text"],
  [["--text", "title", "--hashed", "8", "--max-terms", "3"], "a hashed column knows none"],
  [["--text", "title", "--segmenter", "??"], 'segmenter must be a language, as "zh", or null'],
])("%j is refused in one sentence", (args, message) =>
  withTable(async (folder) => {
    const { code, stdout, stderr } = await sigmax(["inspect", "t.csv", ...args], { folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  }),
);

test("a text that is not in UTF-8 is refused with its line and column", () =>
  withTable(
    async (folder) => {
      const { code, stderr } = await sigmax(["inspect", "t.csv", "--text", "title"], { folder });
      expect(code).toBe(2);
      expect(stderr).toContain('line 3, column "title": not a text in UTF-8; save the file as UTF-8');
    },
    Buffer.from("title,n\nfine,1\ncaf\xe9,2\n", "latin1"),
  ));

test("a text of a megabyte is read, and its words counted", () =>
  withTable(
    async (folder) => {
      const { stdout } = await sigmax(["inspect", "t.csv", "--text", "title"], { folder });
      expect(stdout).toContain("words: 2 different ones, each has its feature");
    },
    `title,n\n"${"two words ".repeat(110_000)}",1\nwords,2\n`,
  ));

const posts = [
  "text,n,topic,tags",
  ...Array.from({ length: 60 }, (_, i) =>
    i % 2 === 0
      ? `"a puzzle with level ${i}, fun",${i},game,${i % 3 === 0 ? "fun;play" : "play"}`
      : `"the server has a proxy, number ${i}",${i},tool,${i % 3 === 0 ? "fun" : ""}`,
  ),
].join("\n");

const training = ["train", "t.csv", "--text", "text", "--out", "m.sigmax"];

test("train learns classes from texts and numbers; predict --explain names the words", () =>
  withTable(async (folder) => {
    const args = [...training, "--exclude", "tags", "--target", "topic"];
    const trained = await sigmaxJson<{ status: string; accuracy: number }>(args, { folder });
    expect(trained).toMatchObject({ status: "certified", accuracy: 1 });
    const { stdout } = await sigmax(["predict", "m.sigmax", "t.csv", "--explain", "0"], { folder });
    expect(stdout).toContain("Log-odds of game against tool, taken apart:");
    expect(stdout).toMatch(/text: puzzle +1 +\+\d/);
    expect(stdout).not.toContain("text: server");
  }, posts));

test("train learns several labels from texts; predict gives them, and says which words spoke for each", () =>
  withTable(async (folder) => {
    const args = [...training, "--exclude", "topic,n", "--target", "tags", "--labels", ";"];
    const trained = await sigmaxJson<{ status: string }>([...args, "--hashed", "auto"], { folder });
    expect(trained.status).toBe("certified");
    const inspected = await sigmax(["inspect", "m.sigmax"], { folder });
    expect(inspected.stdout).toMatch(
      /scaling +the terms of each text divided by the root of their sum of squares/,
    );
    expect(inspected.stdout).toMatch(/hashed to 262,144 features, which 0\.0 % share with another term/);
    const { stdout } = await sigmax(["predict", "m.sigmax", "t.csv", "--explain", "0"], { folder });
    expect(stdout).toContain("Log-odds of play against without play, taken apart:");
    expect(stdout).toMatch(/text: puzzle +1 +\+\d/);
    const found = await sigmaxJson<{ labels: string[]; explanations: { class: string }[] }>(
      ["predict", "m.sigmax", "t.csv", "--explain", "2"],
      { folder },
    );
    expect(found).toMatchObject({ labels: ["play"], explanations: [{ class: "play" }] });
  }, posts));

test("train says how near to the optimum labels are; after calibrate, --explain says that its log-odds are from before", () =>
  withTable(async (folder) => {
    const own = ["--text", "text", "--exclude", "topic,n", "--target", "tags", "--labels", ";"];
    const split = ["--split", "0.4/0.2/0.2/0.2", "--out", "m.sigmax"];
    const { stdout } = await sigmax(["train", "t.csv", ...own, ...split], { folder });
    expect(stdout).toContain("independent sigmoids on 24 rows, 1 column, 2 labels; exact, by newton");
    expect(stdout).toMatch(
      /Fit on 24 training rows: certified, proven to be the optimum, as near as float64 can tell; \d+ iterations, \d+ passes/,
    );
    await sigmax(["calibrate", "m.sigmax", "t.csv"], { folder });
    const explained = await sigmax(["predict", "m.calibrated.sigmax", "t.csv", "--explain", "0"], { folder });
    expect(explained.stdout).toContain("against without play, taken apart, before calibration:");
  }, posts));

test("of many terms --explain shows the strongest and sums the rest; one with a space at an end is quoted", () =>
  withTable(async (folder) => {
    const terms = ["--terms", "characters-in-words", "--lengths", "1-3"];
    const own = ["--text", "text", "--exclude", "tags,n", "--target", "topic", "--out", "m.sigmax"];
    await sigmax(["train", "t.csv", ...own, ...terms], { folder });
    const { stdout } = await sigmax(["predict", "m.sigmax", "t.csv", "--explain", "1"], { folder });
    expect(stdout.match(/^ {2}text: /gm)).toHaveLength(12);
    expect(stdout).toMatch(/^ {2}text: "( .*|.* )" +\d/m);
    expect(stdout).toMatch(/^ {2}\d+ more +[+−]/m);
  }, posts));

test.each([
  [["--hidden", "4:relu"], "columns of texts are fitted exactly, or by the plain steps of sgd"],
  [["--l2", "0"], "l2 must be above 0 where columns are of texts"],
])("train with texts refuses %j in one sentence", (args, message) =>
  withTable(async (folder) => {
    const all = ["train", "t.csv", "--text", "text", "--exclude", "tags", "--target", "topic", ...args];
    const { code, stderr } = await sigmax(all, { folder });
    expect({ code, lines: stderr.trim().split("\n").length }).toEqual({ code: 2, lines: 1 });
    expect(stderr).toContain(message);
  }, posts),
);
