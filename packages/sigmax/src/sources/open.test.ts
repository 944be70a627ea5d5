import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import reference from "../../test/references/numpy-files.json" with { type: "json" };
import { refusalOf } from "../../test/refusal.ts";
import { openRows, openSource } from "./open.ts";
import type { TableOptions } from "./table.ts";

const folder = mkdtempSync(join(tmpdir(), "sigmax-open-"));
afterAll(() => rmSync(folder, { recursive: true }));

const inFolder = (names: string): string =>
  names
    .split(",")
    .map((name) => join(folder, name))
    .join(",");

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

/** A file that NumPy wrote. */
function numpy(name: keyof typeof reference.files): Buffer {
  return Buffer.from(reference.files[name], "base64");
}

const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function refusal(names: string, options?: TableOptions): Promise<string> {
  const sentence = await refusalOf(() => openSource(inFolder(names), options));
  return sentence.replaceAll(`${folder}/`, "");
}

describe("a table", () => {
  const content = "a,c,y\n1,red,u\n,blue,v\n3,red,u\n";

  test("is a source with one part, known by the digest of its bytes", async () => {
    write({ "t.csv": content });
    const source = await openSource(inFolder("t.csv"), { target: "y" });
    expect(source).toMatchObject({
      name: inFolder("t.csv"),
      target: "y",
      columns: ["a", "c"],
      image: null,
      scale: null,
      doubts: [],
    });
    const [{ name, data, labels, sha256: digest }] = source.parts;
    expect({ name, labels, rows: data.rows }).toEqual({
      name: "all",
      labels: { classes: ["u", "v"], indices: Int32Array.of(0, 1, 0) },
      rows: 3,
    });
    expect(await digest).toBe(sha256(content));
  });

  test("is rows without classes where no target is named", async () => {
    write({ "t.csv": content });
    const rows = await openRows(inFolder("t.csv"));
    expect(rows).toMatchObject({ target: null, columns: ["a", "c", "y"] });
    expect(rows.parts[0].labels).toBeNull();
    expect(await refusal("t.csv")).toBe("t.csv: say which column is the target, for example --target y");
  });

  test("that gives reason to doubt tells it, until the column is left out", async () => {
    write({
      "t.csv": `name,a,y\n${Array.from({ length: 20 }, (_, i) => `n${i},${i},u${i % 2}\n`).join("")}`,
    });
    const source = await openSource(inFolder("t.csv"), { target: "y" });
    expect(source.doubts).toEqual([
      'column "name": no text comes twice, so it tells nothing of other rows; leave it out with --exclude name, or count its words with --text name',
    ]);
    const without = await openSource(inFolder("t.csv"), { target: "y", exclude: ["name"] });
    expect(without).toMatchObject({ columns: ["a"], doubts: [] });
  });

  test("with a name of its own has its columns, which may be chosen", async () => {
    const iris = await openSource("iris", { exclude: ["sepal length (cm)"] });
    expect(iris).toMatchObject({ name: "iris", target: "species" });
    expect(iris.columns).toEqual(["sepal width (cm)", "petal length (cm)", "petal width (cm)"]);
    expect(iris.parts[0].labels.classes).toEqual(["setosa", "versicolor", "virginica"]);
  });
});

describe("arrays from NumPy", () => {
  test("are rows and labels, X.npy,y.npy, known by the digest of both digests", async () => {
    write({ "X.npy": numpy("fractions"), "y.npy": numpy("texts") });
    const source = await openSource(inFolder("X.npy,y.npy"));
    expect(source).toMatchObject({
      target: "label",
      columns: ["column 0", "column 1", "column 2"],
      image: null,
      scale: null,
    });
    const [{ data, labels, sha256: digest }] = source.parts;
    expect(data).toEqual({ rows: 2, columns: 3, values: Float64Array.from({ length: 6 }, (_, i) => i / 7) });
    expect(labels).toEqual({ classes: ["café", "猫🐈"], indices: Int32Array.of(0, 1) });
    expect(await digest).toBe(sha256(`${sha256(numpy("fractions"))}\n${sha256(numpy("texts"))}`));
  });

  test("are rows alone where there is one file", async () => {
    write({ "X.npy": numpy("<f4") });
    expect(await openRows(inFolder("X.npy"))).toMatchObject({ target: null, parts: [{ labels: null }] });
    expect(await refusal("X.npy")).toBe(
      "X.npy: expected classes beside the rows: a pair X.npy,y.npy, or in .npz an array y, labels or target",
    );
  });

  test("of bytes in two dimensions a row are images, and pixels are divided by 255", async () => {
    write({ "X.npy": numpy("cube"), "y.npy": numpy("labels column") });
    const source = await openSource(inFolder("X.npy,y.npy"), { target: "digit" });
    expect(source).toMatchObject({ target: "digit", image: { height: 3, width: 4 }, scale: 255 });
    expect(source.columns[11]).toBe("pixel 2,3");
    expect(source.parts[0].labels).toEqual({ classes: ["0", "1"], indices: Int32Array.of(1, 0) });
  });

  test("of bytes in one dimension a row are columns, to be standardized as others are", async () => {
    write({ "X.npy": numpy("<u1") });
    expect(await openRows(inFolder("X.npy"))).toMatchObject({ image: null, scale: null });
  });

  test("in one .npz are found by their names", async () => {
    write({ "a.npz": numpy("Xy.npz"), "b.npz": numpy("Xy compressed.npz"), "c.npz": numpy("alone.npz") });
    const a = await openSource(inFolder("a.npz"));
    expect(a).toMatchObject({ target: "y", parts: [{ data: { rows: 2, columns: 3 } }] });
    expect(a.parts[0].labels).toEqual({ classes: ["0", "1"], indices: Int32Array.of(1, 0) });
    expect(await a.parts[0].sha256).toBe(sha256(numpy("Xy.npz")));
    const b = await openSource(inFolder("b.npz"));
    expect(b).toMatchObject({ image: { height: 3, width: 4 }, parts: [{ labels: { classes: ["a", "b"] } }] });
    expect(await openRows(inFolder("c.npz"))).toMatchObject({ target: null, parts: [{ labels: null }] });
  });

  test("of other names in a .npz are named by the caller", async () => {
    write({ "a.npz": numpy("other names.npz") });
    const options = { features: ["data"], target: "classes" };
    expect(await openSource(inFolder("a.npz"), options)).toMatchObject({ target: "classes" });
    expect(await refusal("a.npz")).toBe(
      "a.npz: expected an array named X or x or features, got data, classes; name the array of rows with --features, that of classes with --target",
    );
    expect(await refusal("a.npz", { ...options, target: "clases" })).toBe(
      'a.npz: --target: there is no array "clases"; did you mean "classes"?',
    );
    expect(await refusal("a.npz", { ...options, features: ["a", "b"] })).toBe(
      "a.npz: --features: expected one array, got a,b",
    );
  });

  test("take the order of the classes from the caller", async () => {
    write({ "X.npy": numpy("<f8"), "y.npy": numpy("texts"), "n.npy": numpy("labels") });
    const classes = ["猫🐈", "café", "dog"];
    const source = await openSource(inFolder("X.npy,y.npy"), { classes });
    expect(source.parts[0].labels).toEqual({ classes, indices: Int32Array.of(1, 0) });
    const named = await openSource(inFolder("X.npy,n.npy"), { classes: ["no", "yes"] });
    expect(named.parts[0].labels).toEqual({ classes: ["no", "yes"], indices: Int32Array.of(1, 0) });
    expect(await refusal("X.npy,y.npy", { classes: ["café", "dog"] })).toBe(
      "y.npy: labels must be one of café, dog, got 猫🐈 at row 1",
    );
  });

  test.each<[string, keyof typeof reference.files, keyof typeof reference.files, string]>([
    ["more labels than rows", "cube", "three labels", "X.npy has 2 rows, but y.npy has 3 labels"],
    ["several labels a row", "cube", "version 1", "y.npy: expected one label per row, got 2 × 3 values"],
    [
      "one dimension of rows",
      "labels",
      "labels",
      "X.npy: expected rows of numbers, got one dimension; is this the file of labels?",
    ],
    [
      "texts for rows",
      "texts",
      "labels",
      "X.npy: expected rows of numbers, got one dimension; is this the file of labels?",
    ],
    ["no rows", "no rows", "labels", "X.npy: the file has no rows"],
    [
      "NaN",
      "nan",
      "labels",
      "X.npy: expected finite numbers, got NaN at row 1, column 0; a table (.csv, .jsonl) can hold missing values",
    ],
  ])("with %s are refused", async (_, rows, labels, sentence) => {
    write({ "X.npy": numpy(rows), "y.npy": numpy(labels) });
    expect(await refusal("X.npy,y.npy")).toBe(sentence);
  });

  test("in more than two files, or that are not there, are refused", async () => {
    write({ "X.npy": numpy("<f8"), "y.npy": numpy("labels") });
    expect(await refusal("X.npy,y.npy,z.npy")).toBe(
      "X.npy,y.npy,z.npy: expected rows and labels, X.npy,y.npy, got 3 files",
    );
    expect(await refusal("X.npy,none.npy")).toBe("none.npy: there is no such file");
    expect(await refusal("none.npz")).toBe("none.npz: there is no such file");
  });
});

test("options of a table are refused for what is none", async () => {
  write({ "X.npy": numpy("<f8"), "a.npz": numpy("Xy.npz") });
  expect(await refusal("X.npy", { exclude: ["a"] })).toBe(
    "--exclude: X.npy is no table, so its columns cannot be chosen or named",
  );
  expect(await refusal("a.npz", { categorical: ["a"] })).toBe(
    "--categorical: a.npz is no table, so its columns cannot be chosen or named",
  );
  await expect(openSource("digits", { numeric: ["a"] })).rejects.toThrow(
    "--numeric: digits is no table, so its columns cannot be chosen or named",
  );
});
