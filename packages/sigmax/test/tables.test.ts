import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { readTable } from "../src/sources/table.ts";
import { inFolder, refusal, sigmax, sigmaxJson } from "./run.ts";

/** 60 people: the old and the smokers are ill; some have no bmi. Quoted fields, CRLF, a byte order mark. */
function people(): string {
  const lines = Array.from({ length: 60 }, (_, i) => {
    const age = 20 + ((i * 37) % 60);
    const smokes = i % 3 === 0;
    const bmi = i % 7 === 0 ? "" : (20 + ((i * 13) % 15)).toFixed(1);
    const ill = age + (smokes ? 20 : 0) > 55 ? "yes" : "no";
    return `${i},"Name, ${i}",${age},${smokes ? "yes" : "no"},${bmi},${ill}`;
  });
  return `\ufeffid,name,age,smoker,bmi,ill\r\n${lines.join("\r\n")}\r\n`;
}

interface Trained {
  accuracy: number;
  rows: number;
  trainRows: number;
}

/** A folder with people.csv and a model of it. */
function withModel(
  head: "softmax" | "sigmoid",
  work: (folder: string, trained: Trained) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    writeFileSync(join(folder, "people.csv"), people());
    const args = ["train", "people.csv", "--target", "ill", "--exclude", "id,name", "--head", head];
    await work(
      folder,
      await sigmaxJson<Trained>([...args, "--out", "m.sigmax", "--report", "r.html"], { folder }),
    );
  });
}

describe.each(["softmax", "sigmoid"] as const)("a table with categories and gaps, %s", (head) => {
  test("trains, and the model gives the same figures again", () =>
    withModel(head, async (folder, trained) => {
      expect(trained.trainRows + trained.rows).toBe(60);
      expect(trained.accuracy).toBeGreaterThan(0.7);
      const again = await sigmaxJson<Trained>(["evaluate", "m.sigmax", "people.csv"], { folder });
      expect(again.accuracy).toBe(trained.accuracy);
      const report = readFileSync(join(folder, "r.html"), "utf8");
      expect(report).toContain("smoker = yes");
    }));

  test("is predicted row by row, in CSV and JSONL alike", () =>
    withModel(head, async (folder) => {
      const csv = await sigmax(["predict", "m.sigmax", "people.csv", "--keep", "id,name"], { folder });
      const [header, ...lines] = csv.stdout.trimEnd().split("\n");
      expect(header).toBe("id,name,label,probability:no,probability:yes");
      expect(lines).toHaveLength(60);
      expect(lines[3].startsWith('3,"Name, 3",')).toBe(true);
      await sigmax(["predict", "m.sigmax", "people.csv", "--out", "p.jsonl", "--quiet"], { folder });
      const rows = readFileSync(join(folder, "p.jsonl"), "utf8").trimEnd().split("\n");
      rows.forEach((row, i) => {
        const { label, probabilities } = JSON.parse(row);
        expect(lines[i].endsWith(`${label},${probabilities.no},${probabilities.yes}`)).toBe(true);
        expect(probabilities.no + probabilities.yes).toBeCloseTo(1, 15);
      });
    }));
});

test("columns are found by name, in any order; what is treated specially is said", () =>
  withModel("softmax", async (folder) => {
    writeFileSync(join(folder, "a.csv"), "age,smoker,bmi\n30,no,25\n70,yes,30\n");
    writeFileSync(join(folder, "b.csv"), "bmi,color,smoker,age\n25,red,no,30\n30,blue,yes,70\n");
    const a = await sigmax(["predict", "m.sigmax", "a.csv"], { folder });
    const b = await sigmax(["predict", "m.sigmax", "b.csv"], { folder });
    expect(b.stdout).toBe(a.stdout);
    expect(a.stderr).toBe("");
    expect(b.stderr).toBe("Left aside, since the model does not take them: color.\n");
    writeFileSync(join(folder, "c.csv"), "age,smoker,bmi\n,sometimes,25\n");
    const c = await sigmax(["predict", "m.sigmax", "c.csv"], { folder });
    expect(c.stderr).toContain('Column "age": 1 missing');
    expect(c.stderr).toContain('Column "smoker": 1 with categories that no training row has (sometimes)');
  }));

test("a column that is not there is said, with the nearest name, and nothing is written", () =>
  withModel("softmax", async (folder) => {
    writeFileSync(join(folder, "d.csv"), "agee,smoker,bmi\n30,no,25\n");
    const sentence = await refusal(["predict", "m.sigmax", "d.csv", "--out", "p.csv"], { folder });
    expect(sentence).toContain("d.csv has no column age");
    expect(sentence).toContain('did you mean "agee"?');
  }));

describe("what predict cannot do is said", () => {
  test.each([
    [["--out", "p.txt"], "--out: expected a name that ends in .csv, .jsonl or .parquet, got p.txt"],
    [["--json"], "--json: name the file for the predictions too: --out predictions.csv"],
    [["--keep", "idd"], '--keep: people.csv has no column "idd"; did you mean "id"?'],
  ])("%j", (args, sentence) =>
    withModel("softmax", async (folder) => {
      expect(await refusal(["predict", "m.sigmax", "people.csv", ...args], { folder })).toBe(sentence);
    }),
  );
});

test("pictures are predicted too", () =>
  inFolder(async (folder) => {
    await sigmax(["train", "digits", "--epochs", "3", "--report", "none", "--quiet"], { folder });
    const { stdout } = await sigmax(["predict", "digits.sigmax", "digits"], { folder });
    expect(stdout.trimEnd().split("\n")).toHaveLength(1798);
  }));

test("predictions in Parquet have the columns, the numbers and the texts of those in CSV, and are a source again", () =>
  withModel("sigmoid", async (folder) => {
    const args = ["predict", "m.sigmax", "people.csv", "--keep", "id,name,bmi", "--intervals", "--quiet"];
    for (const out of ["p.csv", "p.parquet"]) {
      const { code, stderr } = await sigmax([...args, "--out", out], { folder });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    }
    const options = { categorical: ["id", "name"], numeric: ["bmi"] };
    const csv = await readTable(join(folder, "p.csv"), options);
    const parquet = await readTable(join(folder, "p.parquet"), options);
    expect(parquet.table).toEqual(csv.table);
    const [row] = await parquetReadObjects({ file: await asyncBufferFromFile(join(folder, "p.parquet")) });
    expect(Object.keys(row)).toEqual(["id", "name", "bmi", "label", ...columnsOf("no", "yes")]);
    expect(row).toMatchObject({ id: "0", name: "Name, 0", bmi: null });
  }));

function columnsOf(...classes: string[]): string[] {
  return ["probability", "low", "high"].flatMap((kind) => classes.map((name) => `${kind}:${name}`));
}

test("a kept column may not be named as one of the predictions' own", () =>
  withModel("sigmoid", async (folder) => {
    writeFileSync(join(folder, "labelled.csv"), people().replace("id,name", "label,name"));
    expect(await refusal(["predict", "m.sigmax", "labelled.csv", "--keep", "label"], { folder })).toBe(
      '--keep: the predictions have a column "label" of their own; rename that of labelled.csv',
    );
  }));

test("what reads and writes Parquet is loaded for Parquet only", () =>
  inFolder(async (folder) => {
    const env = { NODE_DEBUG: "esm" };
    const { stderr } = await sigmax(["train", "iris", "--report", "none", "--quiet"], { folder, env });
    expect(stderr).toContain("table.js");
    expect(stderr).not.toContain("hyparquet");
  }));

describe("a file written in another way", () => {
  const written = (decimal: string, delimiter: string): string =>
    ["dose", "weight", "ill"].join(delimiter) +
    Array.from({ length: 40 }, (_, i) => {
      const dose = i % 9 === 0 ? "-9" : `${i}.5`;
      return `\n${[dose, `${(i * 7) % 13}.25`, i % 2 ? "yes" : "no"].join(delimiter).replaceAll(".", decimal)}`;
    }).join("");
  const train = ["train", "t.csv", "--target", "ill", "--report", "none", "--missing", "-9", "--quiet"];

  test("is read by predict and evaluate as train read it: what is missing is kept in the model", () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "t.csv"), written(".", ","));
      await sigmax(train, { folder });
      const { learned } = await sigmaxJson<{ learned: { missing: number }[] }>(["inspect", "t.sigmax"], {
        folder,
      });
      expect(learned[0].missing).toBeGreaterThan(0);
      const { notes } = await sigmaxJson<{ notes: string[] }>(
        ["predict", "t.sigmax", "t.csv", "--out", "p.csv"],
        { folder },
      );
      expect(notes.join("\n")).toContain('Column "dose": 5 missing, taken as the mean');
    }));

  test("gives the same predictions with a decimal comma, and inspect reads it too", () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "t.csv"), written(".", ","));
      writeFileSync(join(folder, "comma.csv"), written(",", ";"));
      await sigmax(train, { folder });
      const plain = await sigmax(["predict", "t.sigmax", "t.csv"], { folder });
      const comma = await sigmax(["predict", "t.sigmax", "comma.csv", "--decimal", ","], { folder });
      expect(comma.stdout).toBe(plain.stdout);
      const figures = await sigmax(["evaluate", "t.sigmax", "comma.csv", "--decimal", ","], { folder });
      expect(figures.code).toBe(0);
      const { stdout } = await sigmax(["inspect", "comma.csv", "--decimal", ","], { folder });
      expect(stdout).toMatch(/weight +numeric/);
      expect(await refusal(["inspect", "t.sigmax", "--decimal", ","], { folder })).toBe(
        "--decimal: t.sigmax is a model, and nothing of it can be chosen; leave it out",
      );
    }));
});

test("a table in Parquet is evaluated with the classes of the model", () =>
  inFolder(async (folder) => {
    const rows = Array.from({ length: 40 }, (_, i) => i);
    const columnData = [
      { name: "x", data: Float64Array.from(rows), type: "DOUBLE" as const },
      { name: "y", data: rows.map((i) => (i + (i % 3) > 20 ? "a" : "b")), type: "STRING" as const },
    ];
    writeFileSync(join(folder, "t.parquet"), new Uint8Array(parquetWriteBuffer({ columnData })));
    const args = ["t.parquet", "--target", "y", "--classes", "b,a", "--report", "none"];
    const trained = await sigmaxJson<Trained>(["train", ...args], { folder });
    const again = await sigmaxJson<Trained>(["evaluate", "t.sigmax", "t.parquet"], { folder });
    expect(again.accuracy).toBe(trained.accuracy);
  }));
