import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, afterAll, describe, expect, test } from "vitest";
import { idx, inFolder, pictures, refusal, removeFolder, sigmax, temporaryFolder } from "./run.ts";

/** A folder with a good model of iris, and its bytes. */
let shelf: string;
let model: Buffer;

beforeAll(async () => {
  shelf = await temporaryFolder();
  await sigmax(["train", "iris", "--report", "none"], { folder: shelf });
  model = await readFile(join(shelf, "iris.sigmax"));
});
afterAll(() => removeFolder(shelf));

/** Refused in a folder that holds these files. */
async function refusalWith(
  files: Readonly<Record<string, string | Uint8Array>>,
  ...args: string[]
): Promise<string> {
  return inFolder(async (folder) => {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return refusal(args, { folder });
  });
}

describe("the command line", () => {
  test.concurrent.each([
    [["trian", "iris"], 'there is no command "trian"; did you mean "train"?'],
    [["tran", "iris"], 'there is no command "tran"; did you mean "train"?'],
    [["fashion"], 'there is no command "fashion"; sigmax --help lists them'],
    [
      ["--json", "train"],
      "there is no option --json before the command; sigmax <command> --help lists the options",
    ],
    [["train"], "the source is missing; --help shows an example"],
    [["evaluate"], "the model is missing; --help shows an example"],
    [["evaluate", "x.sigmax"], "the source is missing; --help shows an example"],
    [["train", "iris", "digits"], "expected 1 argument, got one more: digits"],
    [["train", "iris", "--epoch", "3"], 'there is no option --epoch; did you mean "--epochs"?'],
    [
      ["train", "iris", "--lerning-rate", "1"],
      'there is no option --lerning-rate; did you mean "--learning-rate"?',
    ],
    [["train", "iris", "--rows", "all"], "there is no option --rows; --help lists them"],
    [["train", "iris", "-e", "3"], "there is no option -e; --help lists them"],
    [["train", "iris", "--epochs"], "--epochs: needs a value behind it"],
    [["train", "iris", "--seed", "1", "--seed", "2"], "--seed: given twice, 1 and 2"],
    [["train", "iris", "--quiet=4"], "--quiet: takes no value but true or false, got 4"],
    [["train", "iris", "--preset", "dl2"], "--preset: expected d2l, got dl2"],
    [["train", "iris", "--batch", "-1"], "--batch: expected a whole number, 1 or more, got -1"],
    [["train", "iris", "--batch", "2.5"], "--batch: expected a whole number, 1 or more, got 2.5"],
    [["train", "iris", "--epochs", "0"], "--epochs: expected a whole number, 1 or more, got 0"],
    [["train", "iris", "--l2", "-1"], "--l2: expected 0, a positive number or auto, got -1"],
    [["train", "iris", "--learning-rate", "0"], "--learning-rate: expected a positive number, got 0"],
    [["train", "iris", "--momentum", "1"], "--momentum: expected a number from 0 to below 1, got 1"],
    [["train", "iris", "--seed", "x"], "--seed: expected a whole number, 0 or more, got x"],
    [["train", "iris", "--dropout", "1"], "--dropout: expected a share from 0 to below 1, got 1"],
    [
      ["train", "iris", "--solver", "adm"],
      "--solver: expected auto, sgd, adam, adamw, newton, lbfgs, got adm",
    ],
    [
      ["train", "iris", "--hidden", "8:rleu"],
      '--hidden: there is no activation "rleu"; did you mean "relu"?',
    ],
    [
      ["train", "iris", "--hidden", "0:relu"],
      '--hidden: layer 1 must have a whole number of units from 1 to 16777216, got "0:relu"',
    ],
    [
      ["train", "iris", "--hidden", "8:maxout1"],
      '--hidden: maxout is the largest of 2 to 64 pieces, got "maxout1"; one piece is no choice, which is identity',
    ],
    [
      ["train", "iris", "--dropout", "0.5"],
      "--dropout is an option of hidden layers, and there are none; give --hidden, or leave it out",
    ],
    [
      ["train", "iris", "--hidden", "8:relu", "--solver", "lbfgs"],
      "--hidden is an option of sgd, adam and adamw, not of lbfgs",
    ],
    [["train", "iris", "--threads", "0"], "--threads: expected a whole number, 1 or more, got 0"],
    [
      ["train", "iris", "--split", "0.5/0.6"],
      "--split: expected shares that sum to 1, train/test (0.8/0.2) or train/calibrate/guarantee/test (0.7/0.1/0.1/0.1), or none; got 0.5/0.6",
    ],
    [
      ["train", "iris", "--classes", "a,a"],
      "--classes: expected two or more different names with commas between, got a,a",
    ],
    [["train", "iris", "--classes", "a,b,c"], "--classes: iris names its own classes"],
    [["train", "iris", "--target", "petal"], '--target: the target of iris is "species", got "petal"'],
    [
      ["evaluate", "x.sigmax", "iris", "--rows", "some"],
      "--rows: expected test, calibrate, guarantee, train, validate, all, got some",
    ],
  ])("sigmax %j is refused", async (args, sentence) => {
    expect(await refusalWith({}, ...args)).toBe(sentence);
  });
});

describe("the name of a source", () => {
  test.concurrent.each([
    ["irs", 'irs: there is no such file and no such data set; did you mean "iris"?'],
    [
      "fashon-mnist",
      'fashon-mnist: there is no such file and no such data set; did you mean "fashion-mnist"?',
    ],
    [
      "flowers",
      "flowers: there is no such file and no such data set; the data sets are fashion-mnist, digits, iris, breast-cancer",
    ],
    ["flowers.csv", "flowers.csv: there is no such file"],
    ["x-images-idx3-ubyte", "x-images-idx3-ubyte: there is no such file"],
    ["iris:test", 'iris:test: iris has no parts, got "test"'],
    [
      "fashion-mnist:tset",
      'fashion-mnist:tset: fashion-mnist has the parts fashion-mnist:train and fashion-mnist:test, got "tset"',
    ],
    [
      ".",
      '.: expected a .csv, .tsv, .jsonl, .parquet, .npy or .npz, or an IDX file whose name has "idx" or "ubyte" in it',
    ],
  ])("%s is refused", async (source, sentence) => {
    expect(await refusalWith({}, "train", source)).toBe(sentence);
  });
});

describe("a pair of IDX files", () => {
  const { images, labels } = pictures(30);
  const [x, y] = ["x-images-idx3-ubyte.gz", "x-labels-idx1-ubyte.gz"];
  test.concurrent.each<[string, Buffer, Buffer, string]>([
    [
      "whose images are cut off",
      middle(gunzipSync(images)),
      labels,
      `${x}: cut off: 30 × 2 × 2 values of type uint8 need 136 bytes, got 68`,
    ],
    [
      "whose images are too long",
      Buffer.concat([gunzipSync(images), Buffer.from("!")]),
      labels,
      `${x}: too long: 30 × 2 × 2 values of type uint8 need 136 bytes, got 137`,
    ],
    [
      "whose images are a text",
      Buffer.from("pixels\n1,2,3\n"),
      labels,
      `${x}: not an IDX file: it should begin with the bytes 0 0, a type and a number of dimensions, got 112 105 120 101`,
    ],
    ["whose images are empty", Buffer.alloc(0), labels, `${x}: the file is empty, expected an IDX file`],
    [
      "whose images are an empty gzip file's first bytes",
      images.subarray(0, 2),
      labels,
      `${x}: the gzip data end early; get the file again`,
    ],
    ["whose gzip ends early", middle(images), labels, `${x}: the gzip data end early; get the file again`],
    [
      "whose labels are cut off",
      images,
      middle(gunzipSync(labels)),
      `${y}: cut off: 30 values of type uint8 need 38 bytes, got 19`,
    ],
    ["of 30 images and 27 labels", images, pictures(27).labels, `${x} has 30 rows, but ${y} has 27 labels`],
    [
      "with images in the place of labels",
      images,
      images,
      `${y}: expected one label per row, got 30 × 2 × 2 values`,
    ],
    [
      "with labels in the place of images",
      labels,
      labels,
      `${x}: expected rows of numbers, got one dimension; is this the file of labels?`,
    ],
    ["with no rows", idx([0, 2, 2], []), idx([0], []), `${x}: the file has no rows`],
    [
      "with one class",
      idx([2, 1], [1, 2]),
      idx([2], [4, 4]),
      `${x}: expected rows of two classes or more, all are of "4"`,
    ],
  ])("%s is refused", async (_, imageBytes, labelBytes, sentence) => {
    const said = await refusalWith({ [x]: imageBytes, [y]: labelBytes }, "train", x);
    expect(said).toBe(sentence);
  });

  test.concurrent.each([
    ["middle", images.length >> 1],
    ["stated size", images.length - 1],
  ])("whose gzip has a flipped byte in its %s is refused", async (_, at) => {
    const said = await refusalWith({ [x]: flipped(images, at), [y]: labels }, "train", x);
    expect(said).toMatch(/^x-images-idx3-ubyte\.gz: the gzip data are damaged \(.+\); get the file again$/);
  });

  test.concurrent("whose labels are missing is refused", async () => {
    expect(await refusalWith({ [x]: images }, "train", x)).toBe(`${y}: there is no such file`);
  });

  test.concurrent("with a label outside the classes is refused", async () => {
    const files = { [x]: images, [y]: labels };
    expect(await refusalWith(files, "train", x, "--classes", "cat,dog")).toBe(
      `${y}: labels must be whole numbers from 0 to 1, got 2 at row 2`,
    );
    expect(await refusalWith(files, "train", x, "--classes", "0,1")).toBe(
      `${y}: labels must be one of 0, 1, got 2 at row 2`,
    );
  });

  test.concurrent("whose name does not tell where the labels are is refused", async () => {
    expect(await refusalWith({ "a.idx": images }, "train", "a.idx")).toBe(
      "a.idx: cannot tell the file of labels from this name; give both: images,labels",
    );
  });
});

describe("a table", () => {
  test.concurrent.each([
    ["that is empty", "", "t.csv: the file is empty, expected a header and rows"],
    ["with a header only", "a,y\n", "t.csv: there are no rows below the header"],
    [
      "with a missing class",
      "a,y\n1,u\n2,\n",
      't.csv: line 3, column "y": the class is missing; fill it in, or take such rows out',
    ],
    [
      "with a single row of a class",
      "a,y\n1,u\n2,v\n3,v\n",
      'split: class "u" has 1 row, but 2 parts (train, test) need at least one each; add rows, leave the class out, or train on all rows',
    ],
    ["with a field too many", "a,y\n1,u\n2,v,3\n", "t.csv: line 3 has 3 fields, the header has 2"],
    ["with an open quotation mark", 'a,y\n1,u\n2,"v\n', "t.csv: line 3: a quotation mark has no partner"],
    ["with two columns of one name", "a,a,y\n1,2,u\n", 't.csv: two columns are named "a"'],
    ["with nothing beside the target", "y\nu\nv\n", "t.csv: there is no column beside the target"],
    ["of one class", "a,y\n1,u\n2,u\n", 't.csv: expected rows of two classes or more, all are of "u"'],
    ["without the target", "a,why\n1,u\n", 't.csv: there is no column "y"; there are a, why'],
    [
      "that is not UTF-8",
      Buffer.from([0x61, 0xff, 0x0a]),
      "t.csv: line 1: not a text in UTF-8; save the file as UTF-8",
    ],
  ])("%s is refused", async (_, content, sentence) => {
    expect(await refusalWith({ "t.csv": content }, "train", "t.csv", "--target", "y")).toBe(sentence);
  });

  test.concurrent.each([
    ["a text", "x", 'expected a number, got "x"'],
    ["an infinite number", "Infinity", "Infinity"],
  ])("with %s in a column that is said to be numbers is refused", async (_, field, said) => {
    const files = { "t.csv": `a,y\n1,u\n\n${field},v\n` };
    const sentence = await refusalWith(files, "train", "t.csv", "--target", "y", "--numeric", "a");
    expect(sentence).toContain('t.csv: line 4, column "a": ');
    expect(sentence).toContain(said);
  });

  test.concurrent("whose target is not said is refused, with the option to give", async () => {
    expect(await refusalWith({ "t.csv": "a,y\n1,u\n" }, "train", "t.csv")).toBe(
      "t.csv: say which column is the target, for example --target y",
    );
  });

  test.concurrent("with a class outside --classes is refused", async () => {
    const args = ["train", "t.csv", "--target", "y", "--classes", "u,v"];
    expect(await refusalWith({ "t.csv": "a,y\n1,u\n2,w\n" }, ...args)).toBe(
      't.csv: line 3, column "y": expected one of u, v, got "w"',
    );
  });
});

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

describe("training rows", () => {
  test.concurrent("cannot be the test rows too", async () => {
    expect(await refusalWith({}, "train", "iris", "--test", "iris")).toBe(
      "--test: iris holds the very rows of iris, and rows that train cannot test; leave --test out to hold some back",
    );
  });

  test.concurrent("must have the columns of the test rows", async () => {
    expect(await refusalWith({}, "train", "iris", "--test", "breast-cancer")).toMatch(
      /^--test: breast-cancer must have the columns of iris: sepal length/,
    );
  });

  test.concurrent("are not divided twice", async () => {
    const files = { "t.csv": "a,y\n1,u\n2,v\n" };
    const args = ["train", "t.csv", "--target", "y", "--test", "t.csv", "--split", "0.5/0.5"];
    expect(await refusalWith(files, ...args)).toBe(
      "--split: the test rows are given by --test, so expected shares of the others that sum to 1, train/calibrate/guarantee (0.8/0.1/0.1); got 0.5/0.5",
    );
  });

  test.concurrent("of a class too rare to divide are refused", async () => {
    expect(await refusalWith({ "t.csv": "a,y\n1,u\n2,v\n" }, "train", "t.csv", "--target", "y")).toMatch(
      /^split: class "u" has 1 row, but 2 parts \(train, test\) need at least one each/,
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

describe("a loss that stops being a number ends the run", () => {
  test.concurrent.each([
    [["--learning-rate", "1e38"], "the learning rate 1e38 is too high, try --learning-rate 0.1"],
    [["--learning-rate", "1e300"], "the learning rate 1e300 is too high, try --learning-rate 0.1"],
    [
      ["--solver", "sgd", "--l2", "1e30"],
      "the penalty 1e30 is too strong for the learning rate 0.1, try --l2 1",
    ],
  ])("%j", async (options, cause) => {
    const said = await refusalWith(
      { "iris.sigmax": "precious", "iris.html": "too" },
      "train",
      "iris",
      ...options,
    );
    expect(said).toBe(`the loss stopped being a number in epoch 1, so nothing was written: ${cause}`);
  });
});

describe("a place that takes no file is refused before the work begins", () => {
  test.concurrent.each([
    ["a missing folder", "no/m.sigmax", "no/m.sigmax: cannot be written: there is no folder no"],
    [
      "a path below a file",
      "file/m.sigmax",
      "file/m.sigmax: cannot be written: a part of the path is not a folder",
    ],
    ["a folder", "folder", "folder: cannot be written: this is a folder, expected a file"],
    ["a folder's name", "new/", "new/: cannot be written: this is not the name of a file"],
    ["no name", "", '"": cannot be written: this is not the name of a file'],
    ["a device", "/dev/null", "/dev/null: cannot be written: this is a device, expected a file"],
    ["a folder of the system", "/proc/m.sigmax", /^\/proc\/m\.sigmax: cannot be written: /],
  ])("%s", async (_, path, sentence) => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, "folder"));
      await writeFile(join(folder, "file"), "precious");
      // A source that is not there would be the next complaint, so the place was looked at first.
      for (const args of [
        ["train", "nothing.csv", "--out", path],
        ["train", "nothing.csv", "--report", path],
      ])
        expect(await refusal(args, { folder })).toMatch(sentence);
    });
  });

  test.concurrent("the source itself", async () => {
    await inFolder(async (folder) => {
      await copyFile(new URL("../data/iris.csv", import.meta.url), join(folder, "t.csv"));
      const args = ["train", "t.csv", "--target", "species"];
      expect(await refusal([...args, "--out", "./t.csv"], { folder })).toBe(
        "--out: ./t.csv is the source itself",
      );
      expect(await refusal([...args, "--report", "t.csv"], { folder })).toBe(
        "--report: t.csv is the source itself",
      );
    });
  });

  test.concurrent("what predict and calibrate read, and a checkpoint that is the model", async () => {
    await inFolder(async (folder) => {
      await copyFile(new URL("../data/iris.csv", import.meta.url), join(folder, "t.csv"));
      await sigmax(["train", "iris", "--split", "0.4/0.2/0.2/0.2", "--out", "m.sigmax", "--quiet"], {
        folder,
      });
      expect(await refusal(["predict", "m.sigmax", "t.csv", "--out", "./t.csv"], { folder })).toBe(
        "--out: ./t.csv is what is read; give another name",
      );
      expect(await refusal(["calibrate", "m.sigmax", "iris", "--out", "./m.sigmax"], { folder })).toBe(
        "--out: ./m.sigmax is what is read; give another name",
      );
      const args = ["train", "iris", "--epochs", "2", "--out", "n.sigmax", "--checkpoint", "./n.sigmax"];
      expect(await refusal(args, { folder })).toBe(
        "--checkpoint: ./n.sigmax is the model's own path, and is removed at the end",
      );
    });
  });

  test.concurrent("one file for both", async () => {
    expect(await refusalWith({}, "train", "iris", "--out", "m", "--report", "./m")).toBe(
      "--report: ./m is the model's own path",
    );
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

function middle(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length >> 1);
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] ^= 0x10;
  return copy;
}
