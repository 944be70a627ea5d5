import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { flipped, idx, pictures, refusalWith } from "./run.ts";

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

function middle(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length >> 1);
}
