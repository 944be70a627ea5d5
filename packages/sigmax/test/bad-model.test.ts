import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flipped, refusalWith, removeFolder, sigmax, temporaryFolder } from "./run.ts";

/** A folder with a good model of iris, and its bytes. */
let shelf: string;
let model: Buffer;

beforeAll(async () => {
  shelf = await temporaryFolder();
  await sigmax(["train", "iris", "--report", "none"], { folder: shelf });
  model = await readFile(join(shelf, "iris.sigmax"));
});
afterAll(() => removeFolder(shelf));

const irisColumns = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)";

describe("a model file", () => {
  test.concurrent("cut off anywhere is refused", async () => {
    for (const length of [0, 100, model.length - 1]) {
      const said = await refusalWith(
        { "m.sigmax": model.subarray(0, length) },
        "evaluate",
        "m.sigmax",
        "iris",
      );
      expect(said).toMatch(/^m\.sigmax: .*(not a model file|cut off)/);
    }
  });

  test.concurrent("with a flipped byte in its length, its header or its weights is refused", async () => {
    for (const at of [0, 60, model.length >> 1, model.length - 1]) {
      const said = await refusalWith({ "m.sigmax": flipped(model, at) }, "evaluate", "m.sigmax", "iris");
      expect(said).toMatch(/^m\.sigmax: .*(not a model file|damaged)/);
    }
  });

  test.concurrent("from a newer version is refused", async () => {
    expect(await refusalWith({ "m.sigmax": newer(model) }, "evaluate", "m.sigmax", "iris")).toBe(
      "m.sigmax: written by a newer Sigmax (format 4, this one reads up to 3); update Sigmax to read it",
    );
  });

  test.concurrent("that is something else is refused", async () => {
    const files = { "m.sigmax": "Dear reader, this is a letter and no model.\n" };
    expect(await refusalWith(files, "evaluate", "m.sigmax", "iris")).toBe(
      "m.sigmax: not a model file: it does not begin as safetensors files do",
    );
    const tensors = Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("{}")]);
    expect(await refusalWith({ "m.sigmax": tensors }, "inspect", "m.sigmax")).toBe(
      'm.sigmax: a safetensors file, but not a Sigmax model: it has no text named "sigmax"',
    );
  });

  test.concurrent("that is not there, or a folder, is refused", async () => {
    expect(await refusalWith({}, "evaluate", "m.sigmax", "iris")).toBe("m.sigmax: there is no such file");
    expect(await refusalWith({}, "inspect", "m.sigmax")).toBe("m.sigmax: there is no such file");
    expect(await refusalWith({}, "evaluate", ".", "iris")).toBe(".: this is a folder, expected a file");
  });

  test.concurrent.each([
    [
      "breast-cancer",
      "m.sigmax: the model takes 4 columns, but breast-cancer has no columns sepal length (cm), sepal width (cm), petal length (cm), petal width (cm)",
    ],
    ["digits", "m.sigmax: the model takes 4 columns, but digits has 8 × 8 pixels"],
    ["irs", 'irs: there is no such file and no such data set; did you mean "iris"?'],
  ])("applied to %s is refused", async (source, sentence) => {
    expect(await refusalWith({ "m.sigmax": model }, "evaluate", "m.sigmax", source)).toBe(sentence);
  });

  test.concurrent("applied to other classes is refused", async () => {
    const strange = `${irisColumns},species\n1,2,3,4,rose\n`;
    expect(await refusalWith({ "m.sigmax": model, "t.csv": strange }, "evaluate", "m.sigmax", "t.csv")).toBe(
      't.csv: line 2, column "species": expected one of setosa, versicolor, virginica, got "rose"',
    );
  });

  test.concurrent("asked for rows that were kept for nothing is refused, with what they were used for", async () => {
    const files = { "m.sigmax": model };
    expect(await refusalWith(files, "evaluate", "m.sigmax", "iris", "--rows", "guarantee")).toBe(
      "--rows guarantee: no rows of iris are kept for that; the model has used them so: 120 train, 30 test; --rows train measures on training rows",
    );
    const table = `${irisColumns},species\n1,2,3,4,setosa\n`;
    expect(
      await refusalWith({ ...files, "t.csv": table }, "evaluate", "m.sigmax", "t.csv", "--rows", "train"),
    ).toBe(
      '--rows: the model has not seen t.csv, so none of its rows are kept for "train"; leave --rows out',
    );
  });
});

describe("with --json a refusal is the same, and stdout stays empty", () => {
  test.concurrent.each([
    [["train", "irs"]],
    [["train", "iris", "--batch", "-1"]],
    [["train", "iris", "--learning-rate", "1e38"]],
    [["train", "iris", "--out", "no/m.sigmax"]],
    [["evaluate", "m.sigmax", "digits"]],
    [["evaluate", "text.csv", "iris"]],
    [["inspect", "nothing.csv"]],
    [["inspect", "nothing"]],
    [["datasets", "iris"]],
  ])("sigmax %j", async (args) => {
    const files = { "m.sigmax": model, "text.csv": "a,y\n1,u\n2,v\n" };
    const said = await refusalWith(files, ...args);
    expect(await refusalWith(files, ...args, "--json")).toBe(said);
  });
});

/** The model as a Sigmax of the future would write it: another format, and a right digest. */
function newer(bytes: Buffer): Buffer {
  const text = bytes.toString("latin1").replace('{\\"format\\":3,', '{\\"format\\":4,');
  const copy = Buffer.from(text, "latin1");
  const start = copy.indexOf('"sha256":"') + '"sha256":"'.length;
  copy.fill("0", start, start + 64);
  copy.write(createHash("sha256").update(copy).digest("hex"), start);
  return copy;
}
