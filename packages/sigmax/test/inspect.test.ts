import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inFolder, refusal, sigmax, sigmaxJson } from "./run.ts";

/** Forty rows: numbers with gaps, categories with gaps, and two or three classes. */
function garden(classes: readonly string[]): string {
  const lines = Array.from({ length: 40 }, (_, i) => {
    const height = i % 8 === 0 ? "" : 10 + ((i * 7) % 20);
    const soil = i % 10 === 3 ? "" : ["clay", "loam", "sand"][i % 3];
    return `${height},${soil},${classes[(i * 3 + (i % 5)) % classes.length]}`;
  });
  return `height,soil,plant\n${lines.join("\n")}\n`;
}

async function withModel<T>(
  classes: readonly string[],
  work: (folder: string) => Promise<T>,
  ...args: string[]
): Promise<T> {
  return inFolder(async (folder) => {
    await writeFile(join(folder, "garden.csv"), garden(classes));
    const train = ["train", "garden.csv", "--target", "plant", "--split", "none", "--report", "none"];
    const { code, stderr } = await sigmax([...train, ...args], { folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return work(folder);
  });
}

interface Inspected {
  readonly learned: readonly {
    readonly name: string;
    readonly missing: number;
    readonly mean?: number;
    readonly missingBecomes?: number;
    readonly categories?: readonly { category: string; rows: number }[];
    readonly features: readonly {
      name: string;
      coefficients: readonly { class: string; estimate: number }[];
    }[];
  }[];
}

test("inspect tells what a model learned of each column: mean, categories, missing values, weights", () =>
  withModel(["fern", "moss"], async (folder) => {
    const { learned } = await sigmaxJson<Inspected>(["inspect", "garden.sigmax"], { folder });
    const values = garden(["fern"])
      .split("\n")
      .slice(1, 41)
      .map((line) => line.split(",")[0]);
    const known = values.filter((value) => value !== "").map(Number);
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    expect(learned.map(({ name, missing }) => [name, missing])).toEqual([
      ["height", 5],
      ["soil", 4],
    ]);
    expect(learned[0].mean).toBeCloseTo(mean, 12);
    expect(learned[0].missingBecomes).toBe(learned[0].mean);
    expect(learned[1].categories).toEqual([
      { category: "clay", rows: 12 },
      { category: "loam", rows: 12 },
      { category: "sand", rows: 12 },
    ]);
    const { stdout } = await sigmax(["inspect", "garden.sigmax"], { folder });
    expect(stdout).toContain("columns      2, which become 6 features");
    expect(stdout).toMatch(
      /\n {2}height +numeric +mean [\d.]+, sd [\d.]+ +5 +−?[\d.]+\n {4}is missing +−?[\d.]+\n/,
    );
    expect(stdout).toMatch(
      /\n {2}soil +categorical +3: clay \(12\), loam \(12\), sand \(12\) +4\n {4}= clay +−?[\d.]+\n/,
    );
    expect(stdout).toContain("A missing number is taken as the mean, a missing category as none");
  }));

test("the weights are those that train gave, of each class against the first", () =>
  withModel(["fern", "moss", "reed"], async (folder) => {
    const args = ["train", "garden.csv", "--target", "plant", "--split", "none", "--report", "none"];
    const trained = await sigmaxJson<{ coefficients: { class: string; column: string; estimate: number }[] }>(
      args,
      { folder },
    );
    const { learned } = await sigmaxJson<Inspected>(["inspect", "garden.sigmax"], { folder });
    const own = learned.flatMap(({ features }) => features.flatMap((feature) => feature.coefficients));
    expect(new Set(own)).toEqual(
      new Set(trained.coefficients.filter(({ column }) => column !== "(intercept)")),
    );
    const { stdout } = await sigmax(["inspect", "garden.sigmax"], { folder });
    expect(stdout).toMatch(/column +kind +learned +missing +moss +reed\n/);
  }));

test("what minibatch training learned is shown as well", () =>
  withModel(
    ["fern", "moss"],
    async (folder) => {
      const { stdout } = await sigmax(["inspect", "garden.sigmax"], { folder });
      expect(stdout).toMatch(/log-odds per unit, against fern:\n/);
      expect(stdout).toMatch(/\n {4}= loam +−?[\d.]+\n/);
    },
    "--epochs",
    "5",
  ));

test("predict says what a missing value becomes, and whether training knew any", () =>
  withModel(["fern", "moss"], async (folder) => {
    await writeFile(join(folder, "new.csv"), "height,soil\n,\n12,clay\n");
    const { stderr } = await sigmax(["predict", "garden.sigmax", "new.csv"], { folder });
    expect(stderr).toMatch(
      /Column "height": 1 missing, taken as the mean, [\d.]+, with the weight that “is missing” got in training\.\n/,
    );
    expect(stderr).toContain(
      'Column "soil": 1 missing, taken as no category, with the weight that “is missing” got in training.\n',
    );
  }));

test("many columns are cut off in words, and all in JSON", () =>
  inFolder(async (folder) => {
    const names = Array.from({ length: 90 }, (_, j) => `c${j}`);
    const rows = Array.from({ length: 30 }, (_row, i) => [
      ...names.map((_, j) => (i * (j + 3)) % 11),
      i % 2 ? "a" : "b",
    ]);
    await writeFile(
      join(folder, "wide.csv"),
      [[...names, "y"], ...rows].map((row) => `${row.join(",")}\n`).join(""),
    );
    await sigmax(["train", "wide.csv", "--target", "y", "--report", "none"], { folder });
    const { stdout } = await sigmax(["inspect", "wide.sigmax"], { folder });
    expect(stdout).toContain("  … and 30 lines more, in --json");
    const { learned } = await sigmaxJson<Inspected>(["inspect", "wide.sigmax"], { folder });
    expect(learned).toHaveLength(90);
  }));

test("how a model was calibrated and what is guaranteed of it are shown, also of another model's scores", () =>
  inFolder(async (folder) => {
    const rows = Array.from({ length: 200 }, (_, i) => {
      const p = ((i * 37) % 97) / 100;
      return `${p},${(i * 13) % 100 < 100 * p ? "yes" : "no"}`;
    });
    await writeFile(join(folder, "scores.csv"), `p,died\n${rows.join("\n")}\n`);
    const args = ["calibrate", "scores.csv", "--probabilities", "p", "--target", "died", "--out", "c.sigmax"];
    const { code, stderr } = await sigmax(args, { folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { calibration, guarantees, learned } = await sigmaxJson<{
      calibration: { kind: string; rows: number };
      guarantees: string[];
      learned: null;
    }>(["inspect", "c.sigmax"], { folder });
    expect(learned).toBe(null);
    const { stdout } = await sigmax(["inspect", "c.sigmax"], { folder });
    expect(stdout).toContain(
      `calibration  ${calibration.kind}, from ${calibration.rows} rows of scores.csv: `,
    );
    expect(guarantees).toHaveLength(1);
    expect(stdout).toContain(`guarantees   ${guarantees[0]}\n`);
  }));

test("of very many classes inspect names the first of a model and counts the largest of a source", () =>
  inFolder(async (folder) => {
    const lines = Array.from({ length: 260 }, (_, i) => `${i % 13},k${i % 130}`);
    await writeFile(join(folder, "many.csv"), `x,kind\n0,k129\n${lines.join("\n")}\n`);
    const source = (await sigmax(["inspect", "many.csv", "--target", "kind"], { folder })).stdout.split("\n");
    const at = source.findIndex((line) => line.startsWith("Rows"));
    expect(source[at + 1]).toMatch(/^ {2}k129 +3 /);
    expect(source[at + 101]).toBe("  and 30 more");
    const train = ["train", "many.csv", "--target", "kind", "--split", "none", "--report", "none"];
    await sigmax([...train, "--epochs", "1"], { folder });
    const { stdout } = await sigmax(["inspect", "many.sigmax"], { folder });
    expect(stdout).toMatch(/ classes +130: (k\d+, ){20}…\n/);
  }));

test("inspect tells how many rows carry each label, whether one column lists them or each has its own", () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, "listed.csv"), "words,tags\n1,web;games\n2,\n3,games\n4,urgent;web\n");
    await writeFile(join(folder, "marked.csv"), "words,web,games\n1,1,1\n2,0,0\n3,0,1\n4,1,0\n");
    const listed = await sigmaxJson<object>(["inspect", "listed.csv", "--target", "tags", "--labels", ";"], {
      folder,
    });
    expect(listed).toMatchObject({
      columns: 1,
      labels: [
        { label: "games", rows: 2 },
        { label: "urgent", rows: 1 },
        { label: "web", rows: 2 },
      ],
      labelsPerRow: 1.25,
      rowsWithout: 1,
    });
    const { stdout } = await sigmax(["inspect", "marked.csv", "--target", "web,games"], { folder });
    expect(stdout).toContain("  web    2  50.0 %\n  games  2  50.0 %\n  1.00 labels a row, none in 1 row\n");
  }));

test("inspect of a model takes no labels, and a list of labels taken for classes names the flag", () =>
  withModel(["fern", "moss"], async (folder) => {
    await writeFile(join(folder, "listed.csv"), "words,tags\n1,web;games\n2,\n3,games\n");
    expect(await refusal(["inspect", "garden.sigmax", "--labels", ";"], { folder })).toContain(
      "--labels: garden.sigmax is a model",
    );
    expect(await refusal(["inspect", "listed.csv", "--target", "tags"], { folder })).toContain(
      'if it lists labels, give --labels ";"',
    );
  }));
