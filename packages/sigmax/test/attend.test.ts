import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { textOf, textsOf } from "./page.ts";
import { refusal, removeFolder, sigmax, sigmaxJson, temporaryFolder } from "./run.ts";

interface Attended {
  readonly tokens: readonly string[];
  readonly grid: { readonly down: number; readonly across: number } | null;
  readonly shares: readonly number[];
  readonly blocks: readonly { readonly heads: number; readonly weights: readonly number[] }[];
  readonly removal: {
    readonly class: string;
    readonly count: number;
    readonly explains: "yes" | "no" | "misleads" | "undecided";
  };
  readonly verdict: string;
}

/** A folder with models of attention on digits and on flowers. */
let folder: string;
const small = ["--body", "attention", "--width", "16", "--heads", "2", "--depth", "1", "--report", "none"];

beforeAll(async () => {
  folder = await temporaryFolder();
  await sigmaxJson(["train", "digits", ...small, "--epochs", "8", "--out", "digits.sigmax"], { folder });
  await sigmaxJson(["train", "iris", ...small, "--epochs", "20", "--out", "iris.sigmax"], { folder });
}, 60_000);
afterAll(() => removeFolder(folder));

describe("sigmax attend", () => {
  test("shows a picture's attention as a heat map, and whether it explains the prediction", async () => {
    const { stdout, code } = await sigmax(["attend", "digits.sigmax", "digits", "--row", "7"], { folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Row 7 of digits: “\d”, \d+\.\d %\n/);
    expect(stdout.match(/^ {2}│[ ░▒▓█]{8}│$/gmu)).toHaveLength(4);
    expect(stdout).toMatch(/without the most attended +[+−]\d/u);
    expect(stdout).toMatch(/pixels of 0 in their place/);
    expect(stdout).toMatch(/Attention (explains this|does not explain this|misleads here)/);
  });

  test("lists the columns of a table by how much is attended to", async () => {
    const { stdout } = await sigmax(["attend", "iris.sigmax", "iris", "--row", "60"], { folder });
    expect(stdout).toMatch(/petal length \(cm\) +\d+\.\d % +█+/);
    expect(stdout).toMatch(/the mean of the training rows in their place/);
  });

  test("gives all weights as JSON, the same each time", async () => {
    const run = () => sigmaxJson<Attended>(["attend", "digits.sigmax", "digits", "--row", "7"], { folder });
    const first = await run();
    expect(first.tokens).toHaveLength(16);
    expect(first.grid).toEqual({ down: 4, across: 4 });
    expect(first.blocks.map(({ heads, weights }) => [heads, weights.length])).toEqual([[2, 2 * 16 * 16]]);
    expect(first.shares.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(first.removal.count).toBe(3);
    expect(await run()).toEqual(first);
  });

  test("writes a page with a picture for every head of every block", async () => {
    await sigmax(["attend", "digits.sigmax", "digits", "--row", "7", "--out", "row.html"], { folder });
    const page = readFileSync(join(folder, "row.html"), "utf8");
    expect(textOf("h1", page)).toMatch(/^Row 7 of digits: “\d”, /);
    expect(textsOf("#block-1 li", page)).toHaveLength(2);
    expect(textsOf("#pooling li", page)).toHaveLength(2);
    expect(textsOf("#removal tbody tr", page)).toHaveLength(4);
    expect(page).not.toContain("<script");
  });

  test("follows another class, and takes away another share", async () => {
    const { removal } = await sigmaxJson<Attended>(
      ["attend", "digits.sigmax", "digits", "--row", "7", "--class", "3", "--remove", "0.5"],
      { folder },
    );
    expect(removal).toMatchObject({ class: "3", count: 8 });
  });
});

test("a table's tokens beyond the first are counted, and a category is taken away by not being set", async () => {
  const lines = Array.from({ length: 60 }, (_, i) => {
    const numbers = Array.from({ length: 16 }, (_each, j) => (i * (j + 3)) % 17);
    return `${numbers.join(",")},${["clay", "loam", "sand"][i % 3]},${i % 3 === 0 ? "fern" : "moss"}`;
  });
  const names = Array.from({ length: 16 }, (_, j) => `n${j}`).join(",");
  writeFileSync(join(folder, "garden.csv"), `${names},soil,plant\n${lines.join("\n")}\n`);
  await sigmaxJson(["train", "garden.csv", "--target", "plant", ...small, "--epochs", "2"], { folder });
  const args = ["garden.sigmax", "garden.csv", "--row", "1"];
  const { stdout } = await sigmax(["attend", ...args, "--out", "garden.html"], { folder });
  expect(stdout).toMatch(/in their place the mean of the training rows; a category, .* is not set\):\n/);
  expect(stdout).toMatch(/\n {2}and 7 more\n/);
  const page = readFileSync(join(folder, "garden.html"), "utf8");
  expect(textsOf("#whole li", page)).toHaveLength(17);
  expect(textsOf("#whole li", page)[16]).toBe("and 3 more");
  const explained = await sigmax(["predict", ...args.slice(0, 2), "--explain", "1"], { folder });
  expect(explained.stdout).toMatch(/no weight belongs to a column; sigmax attend shows what this one/);
});

test.skipIf(!existsSync("/usr/share/datasets/fashion-mnist"))(
  "of a source in parts it says which part the row is of",
  async () => {
    const train = ["train", "fashion-mnist:test", ...small, "--tokens", "patches:14"];
    await sigmaxJson([...train, "--epochs", "1", "--out", "f.sigmax"], { folder });
    const attend = ["attend", "f.sigmax", "fashion-mnist", "--row"];
    expect((await sigmax([...attend, "7"], { folder })).stdout).toMatch(/^Row 7 of fashion-mnist:test: /);
    expect(await refusal([...attend, "10000"], { folder })).toMatch(
      /fashion-mnist:test has the rows 0 to 9999/,
    );
  },
);

describe("in one sentence it refuses", () => {
  test.each<[string, string[], RegExp]>([
    [
      "a row outside the file",
      ["digits.sigmax", "digits", "--row", "1797"],
      /--row: digits has the rows 0 to 1796, got 1797/,
    ],
    ["no row", ["digits.sigmax", "digits"], /^--row is missing; --help shows an example/],
    ["a row without its number", ["digits.sigmax", "digits", "--row"], /--row: needs a value behind it/],
    [
      "an unknown class",
      ["digits.sigmax", "digits", "--row", "1", "--class", "ten"],
      /^--class must be one of 0, 1, .*, 9, got "ten"/,
    ],
    [
      "to take all away",
      ["digits.sigmax", "digits", "--row", "1", "--remove", "1"],
      /--remove: expected a share above 0 and below 1, got 1/,
    ],
    [
      "to write over the model",
      ["digits.sigmax", "digits", "--row", "1", "--out", "digits.sigmax"],
      /--out: digits.sigmax is what is read/,
    ],
    ["rows of other columns", ["digits.sigmax", "iris", "--row", "1"], /digits.sigmax/],
  ])("%s", async (_name, args, message) => {
    expect(await refusal(["attend", ...args], { folder })).toMatch(message);
  });

  test("a model without attention", async () => {
    await sigmaxJson(["train", "iris", "--report", "none", "--out", "linear.sigmax"], { folder });
    await sigmaxJson(
      ["train", "iris", "--hidden", "4", "--epochs", "2", "--report", "none", "--out", "hidden.sigmax"],
      { folder },
    );
    for (const model of ["linear.sigmax", "hidden.sigmax"])
      expect(await refusal(["attend", model, "iris", "--row", "1"], { folder })).toMatch(
        new RegExp(`attend: ${model} is a model without attention; train one`),
      );
  });

  test("bodies that cannot be", async () => {
    const train = (...args: string[]): Promise<string> => refusal(["train", ...args], { folder });
    expect(await train("digits", "--body", "attention", "--heads", "5")).toMatch(
      /heads: 5 heads do not divide a width of 64/,
    );
    expect(await train("digits", "--body", "attention", "--tokens", "columns")).toMatch(
      /tokens: columns are of tables, and these rows are images of 8 × 8 pixels/,
    );
    expect(await train("iris", "--body", "attention", "--tokens", "patches:2")).toMatch(
      /tokens: patches:2 are of images, and these rows are none; take columns/,
    );
    expect(await train("digits", "--heads", "2")).toMatch(/heads is an option of a body of attention/);
  });
});

test("calibration, decisions and inspect take such a model as any other", async () => {
  const split = ["--split", "0.6/0.15/0.1/0.15", "--out", "whole.sigmax", "--epochs", "5"];
  await sigmaxJson(["train", "digits", ...small, ...split], { folder });
  await sigmaxJson(
    [
      "calibrate",
      "whole.sigmax",
      "digits",
      "--target-risk",
      "0.05",
      "--confidence",
      "0.9",
      "--out",
      "kept.sigmax",
    ],
    { folder },
  );
  writeFileSync(join(folder, "policy.json"), JSON.stringify({ targetRisk: 0.05, confidence: 0.9 }));
  const decided = await sigmax(
    ["decide", "kept.sigmax", "digits", "--policy", "policy.json", "--rows", "test"],
    { folder },
  );
  expect({ code: decided.code, stderr: decided.stderr }).toEqual({ code: 0, stderr: "" });
  const { stdout } = await sigmax(["inspect", "kept.sigmax"], { folder });
  expect(stdout).toMatch(/self-attention, 2 heads/);
  expect(stdout).toMatch(/attention pooling, 2 heads/);
  const attended = await sigmax(["attend", "kept.sigmax", "digits", "--row", "3"], { folder });
  expect(attended.code).toBe(0);
});
