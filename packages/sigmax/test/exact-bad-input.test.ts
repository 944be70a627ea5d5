import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { inFolder, refusal, sigmax, sigmaxJson } from "./run.ts";

/** One of 120 people. The older are ill, but for some; patients come four times. */
interface Person {
  readonly row: number;
  readonly age: number;
  readonly ill: "yes" | "no";
}

const people: readonly Person[] = Array.from({ length: 120 }, (_, row) => {
  const age = 20 + ((row * 37) % 60);
  return { row, age, ill: age + ((row * 29) % 31) > 65 ? "yes" : "no" };
});

type Cell = string | number;

/** A table of them, each column made from a person. */
function csv(columns: Readonly<Record<string, (person: Person) => Cell>>): string {
  const rows = people.map((person) => Object.values(columns).map((cell) => cell(person)));
  return [Object.keys(columns), ...rows].map((cells) => `${cells.join(",")}\n`).join("");
}

const plain = {
  age: ({ age }: Person) => age,
  score: ({ row }: Person) => (row * 53) % 17,
  ill: ({ ill }: Person) => ill,
};
const usual = { patient: ({ row }: Person) => `p${Math.floor(row / 4)}`, ...plain };

async function inFolderWith<T>(
  files: Readonly<Record<string, string>>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  return inFolder(async (folder) => {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return work(folder);
  });
}

const train = ["train", "t.csv", "--target", "ill"];

describe("train refuses", () => {
  const weighted = (weight: (row: number) => Cell): string =>
    csv({ age: usual.age, w: ({ row }) => weight(row), ill: usual.ill });
  test.concurrent.each<[string, string, readonly string[], string]>([
    [
      "a target with one class",
      csv({ ...plain, ill: () => "yes" }),
      [],
      't.csv: expected rows of two classes or more, all are of "yes"',
    ],
    [
      "two columns that are the same, without a penalty",
      csv({ age2: usual.age, ...plain }),
      ["--l2", "0"],
      'without a penalty (--l2 0) the coefficients are not determined: column "age" is determined by age2; leave one out, or give a penalty: with --l2 1, the default, there always is one optimum',
    ],
    [
      "a column that is the target, without a penalty",
      csv({ code: ({ ill }) => (ill === "yes" ? 1 : 0), ...plain }),
      ["--l2", "0"],
      "without a penalty (--l2 0) there is no finite optimum, since the columns separate the classes completely: alone code; give a penalty: with --l2 1, the default, there always is one optimum",
    ],
    [
      "a column without any value",
      csv({ empty: () => "", ...plain }),
      [],
      't.csv: column "empty": no row has a value; leave it out with --exclude empty',
    ],
    [
      "an infinite value",
      csv({ ...plain, score: ({ row }) => (row === 7 ? "inf" : row) }),
      [],
      't.csv: line 9, column "score": expected a number, as in 119 of 120 rows, got "inf"; correct it, name it with --missing if it stands for a missing value, or say --categorical score',
    ],
    [
      "a value beyond float64",
      csv({ ...plain, score: ({ row }) => (row === 7 ? "1e999" : row) }),
      ["--numeric", "score"],
      't.csv: line 9, column "score": expected a number, got "1e999"',
    ],
    [
      "a negative weight, naming its row in the file",
      weighted((row) => (row === 7 ? -1 : 1)),
      ["--weights", "w"],
      '--weights: "w" must hold 0 or positive numbers, got -1 at row 7',
    ],
    [
      "a weight that is NaN",
      weighted((row) => (row === 7 ? "NaN" : 1)),
      ["--weights", "w"],
      '--weights: every row needs a weight, "w" is missing at row 7',
    ],
    [
      "a weight that is missing",
      weighted((row) => (row === 7 ? "" : 1)),
      ["--weights", "w"],
      '--weights: every row needs a weight, "w" is missing at row 7',
    ],
    [
      "an infinite weight",
      weighted((row) => (row === 7 ? "Infinity" : 1)),
      ["--weights", "w"],
      't.csv: line 9, column "w": expected a number, got "Infinity"',
    ],
    [
      "a weight that is text",
      weighted((row) => (row === 7 ? "heavy" : 1)),
      ["--weights", "w"],
      't.csv: line 9, column "w": expected a number, got "heavy"',
    ],
    [
      "weights that are all 0",
      weighted(() => 0),
      ["--weights", "w"],
      "some sample weight must be positive, all are 0",
    ],
    [
      "a column of weights that is not there",
      weighted(() => 1),
      ["--weights", "wt"],
      't.csv: there is no column "wt"; there are age, w, ill',
    ],
    [
      "a column of groups that is not there",
      csv(usual),
      ["--group", "patent"],
      't.csv: there is no column "patent"; did you mean "patient"?',
    ],
    [
      "the target as groups",
      csv(usual),
      ["--group", "ill"],
      '--group: "ill" is the target, expected another column',
    ],
    [
      "one column as weights and groups",
      csv(usual),
      ["--group", "age", "--weights", "age"],
      '--weights and --group: expected two columns, got "age" for both',
    ],
    ["a negative penalty", csv(plain), ["--l2", "-1"], "--l2: expected 0, a positive number or auto, got -1"],
    [
      "a share of the penalty above 1",
      csv(plain),
      ["--l1-ratio", "2"],
      "--l1-ratio: expected a number from 0 to 1, got 2",
    ],
    [
      "a share of a penalty that is 0",
      csv(plain),
      ["--l1-ratio", "1", "--l2", "0"],
      "--l1-ratio is a share of the penalty, but --l2 is 0",
    ],
    [
      "a penalty on |w| with a solver that has none",
      csv(plain),
      ["--l1-ratio", "1", "--solver", "newton"],
      "--l1-ratio: a penalty on |w| is for coordinate descent, not for newton; leave --solver out",
    ],
    [
      "a rule without a choice",
      csv(plain),
      ["--rule", "minimum"],
      "--rule: it says how --l2 auto chooses; give --l2 auto too",
    ],
    [
      "a Wald covariance with a penalty",
      csv(plain),
      ["--covariance", "wald"],
      "--covariance: wald is for fits without a penalty, got --l2 1; laplace and sandwich are for one with a penalty, and say two different things",
    ],
    [
      "a covariance by cluster without groups",
      csv(plain),
      ["--covariance", "cluster", "--l2", "0"],
      "--covariance: cluster needs the group of each row",
    ],
    [
      "class weights that are no numbers",
      csv(plain),
      ["--class-weight", "heavy"],
      "--class-weight: expected balanced, or a positive number per class (malignant=5,benign=1), got heavy",
    ],
    [
      "a class weight of 0",
      csv(plain),
      ["--class-weight", "yes=0"],
      "--class-weight: expected balanced, or a positive number per class (malignant=5,benign=1), got yes=0",
    ],
    [
      "the weight of a class that is not there",
      csv(plain),
      ["--class-weight", "maybe=2"],
      '--class-weight: there is no class "maybe"; the classes are no, yes',
    ],
    ["one fold", csv(plain), ["--folds", "1"], "--folds: expected a whole number, 2 or more, got 1"],
    [
      "more folds than rows of a class",
      csv({ ...plain, ill: ({ ill, row }) => (row < 3 ? "perhaps" : ill) }),
      ["--folds", "5"],
      '--folds: class "perhaps" has 2 training rows, too few for 5 folds; take fewer, or leave the class out',
    ],
    [
      "more parts than groups",
      csv({ ...usual, patient: () => "p" }),
      ["--group", "patient"],
      "split: 1 group of rows cannot be divided into 2 parts, since a group stays together",
    ],
    [
      "a positive class that is not there",
      csv(plain),
      ["--positive", "maybe"],
      '--positive must be one of no, yes, got "maybe"',
    ],
    [
      "options of two kinds of solvers",
      csv(plain),
      ["--epochs", "5", "--l2", "auto"],
      "--epochs is an option of sgd, adam and adamw, --l2 auto one of the exact solvers; give one or the other",
    ],
  ])("%s", async (_, content, args, sentence) => {
    await inFolderWith({ "t.csv": content }, async (folder) => {
      expect(await refusal([...train, ...args], { folder })).toBe(sentence);
    });
  });

  test("iris without a penalty, naming the columns that separate the species and the ridge", () =>
    inFolder(async (folder) => {
      const sentence = await refusal(["train", "iris", "--l2", "0"], { folder });
      expect(sentence).toMatch(/separate the classes .*petal length \(cm\).*with --l2 1, the default/);
    }));

  test("a class in test rows that no training row has", () =>
    inFolderWith(
      { "t.csv": csv(plain), "u.csv": csv({ ...plain, ill: ({ ill, row }) => (row === 3 ? "maybe" : ill) }) },
      async (folder) => {
        expect(await refusal([...train, "--test", "u.csv"], { folder })).toBe(
          "--test: u.csv must have the classes of t.csv (no, yes), got maybe, no, yes; --classes names them",
        );
      },
    ));

  test("a named set's target as groups", () =>
    inFolder(async (folder) => {
      expect(await refusal(["train", "iris", "--group", "species"], { folder })).toBe(
        '--group: "species" is the target, expected another column',
      );
    }));

  test.each(["--group", "--weights"])("%s for what is no table", (flag) =>
    inFolder(async (folder) => {
      expect(await refusal(["train", "digits", flag, "x"], { folder })).toBe(
        'digits: this is no table, so it has no column "x"',
      );
    }),
  );
});

describe("train warns, and goes on", () => {
  /** What is said in JSON, checked to be said in words and on stderr as well. */
  async function warningsOf(content: string, ...args: string[]): Promise<string[]> {
    return inFolderWith({ "t.csv": content }, async (folder) => {
      const all = [...train, ...args, "--report", "none"];
      const { warnings } = await sigmaxJson<{ warnings: string[] }>(all, { folder });
      const words = await sigmax(all, { folder });
      const quiet = await sigmax([...all, "--quiet"], { folder });
      for (const warning of warnings) expect(words.stdout).toContain(`\nWarning: ${warning}.\n`);
      expect(quiet.stderr).toBe(warnings.map((warning) => `sigmax: warning: ${warning}\n`).join(""));
      expect(quiet.code).toBe(0);
      return warnings;
    });
  }

  test.concurrent.each<[string, (person: Person) => Cell]>([
    ["text", ({ ill }) => (ill === "yes" ? "ja" : "nein")],
    ["a code", ({ ill }) => (ill === "yes" ? 1 : 2)],
    ["several codes", ({ ill, row }) => (ill === "yes" ? 10 * (row % 3) : 5 + 10 * (row % 2))],
    ["a threshold", ({ ill, row }) => (ill === "yes" ? 1 : -1) * (0.5 + row)],
    ["a gap", ({ ill, row }) => (ill === "yes" ? row + 0.5 : "")],
  ])("of a column that is the target as %s", async (_, leak) => {
    const content = csv({ ...plain, leak });
    expect(await warningsOf(content)).toEqual([
      "column leak alone tells the class of all 96 training rows; if it is the target under another name, or is known only afterwards, leave it out with --exclude leak",
    ]);
    expect(await warningsOf(content, "--exclude", "leak")).toEqual([]);
  });

  test("not of columns that only seem to tell: names of rows, numbers without two alike", async () => {
    const names = csv({
      ...plain,
      name: ({ row }) => `n${Math.floor(row / 2) * 2 + (row % 2)}`,
      exact: ({ row }) => Math.sqrt(row),
    });
    expect(await warningsOf(names, "--categorical", "name")).toEqual([]);
  });

  test("not of few rows, where chance alone would do it", async () => {
    const few = "x,ill\n1,no\n2,no\n3,no\n4,yes\n5,yes\n6,yes\n";
    expect(await warningsOf(few)).toEqual([]);
  });

  test("of two columns that are the same, with a penalty", async () => {
    expect(await warningsOf(csv({ ...plain, age2: usual.age }))).toEqual([
      "age2 is the same as age in all training rows, so that they share their weight; leave out what is double with --exclude age2",
    ]);
  });

  test("of test rows that train as well, in a file of other bytes", () =>
    inFolderWith({ "t.csv": csv(plain), "u.csv": `\uFEFF${csv(plain)}` }, async (folder) => {
      const all = [...train, "--test", "u.csv", "--report", "none"];
      const { warnings } = await sigmaxJson<{ warnings: string[] }>(all, { folder });
      expect(warnings).toEqual([
        "120 of the 120 test rows are equal to a training row in every column; if they are the same cases, the figures flatter the model",
      ]);
    }));

  test("of fewer rows of a class than folds that choose the penalty", async () => {
    const content = csv({ ...plain, ill: ({ ill, row }) => (row < 3 ? "perhaps" : ill) });
    expect(await warningsOf(content, "--l2", "auto")).toEqual([
      "class perhaps has 2 training rows, fewer than the 10 folds that chose the penalty, so most of them held none back",
    ]);
  });

  test("of weights that the figures do not count, and of groups that make their intervals too narrow", async () => {
    const content = csv({
      ...plain,
      w: ({ row }) => 1 + (row % 3),
      patient: ({ row }) => `p${row % 40}`,
    });
    expect(await warningsOf(content, "--weights", "w", "--group", "patient")).toEqual([
      "the figures count every measured row once, whatever its weight in w",
      "the intervals of the figures take rows as independent; where those of one patient are alike they are too narrow",
    ]);
  });

  test("of columns with one value in all rows, and of one that numbers the rows", async () => {
    const content = csv({ id: ({ row }) => row + 1, site: () => "Bern", unit: () => 5, ...plain });
    expect(await warningsOf(content)).toEqual([
      "site, unit each have one value in all training rows, which tells nothing of the classes; leave out what never changes with --exclude 'site,unit'",
      "id rises from row to row in whole numbers, as row numbers do; if that is all, leave it out with --exclude id",
    ]);
    expect(await warningsOf(content, "--exclude", "id,site,unit")).toEqual([]);
  });

  test("of a column that no training row has a value of", async () => {
    const late = ({ row }: Person): Cell => (row === 0 ? 1 : ""); // a test row by seed 0
    expect(await warningsOf(csv({ ...plain, late }))).toEqual([
      "no training row has a value of late, so nothing was learned of it",
    ]);
  });
});

test("odds ratios and p-values that float64 cannot hold are bounds, not Infinity or 0", async () => {
  const tiny = csv({ ...usual, age: ({ age }) => `${age}e-5`, debt: ({ age }) => `${-age}e-5` });
  await inFolderWith({ "t.csv": tiny }, async (folder) => {
    const { stdout } = await sigmax([...train, "--exclude", "patient", "--report", "none"], {
      folder,
    });
    expect(stdout).toMatch(/^ {2}age +\d+\.\d+ +>1e308 +/m);
    expect(stdout).toMatch(/^ {2}debt +-\d+\.\d+ +<1e-300 +/m);
    expect(stdout).not.toContain("Infinity");
  });
});
