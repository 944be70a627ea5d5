import * as fc from "fast-check";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { matrix } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { plainKernels } from "../kernels/index.ts";
import { softmaxHead, type Classifier, type ClassifierParts } from "../model/index.ts";
import { createGenerator } from "../random/index.ts";
import { readModel, writeModel } from "./index.ts";
import { readTensors, writeTensors, type Tensor } from "./safetensors.ts";

/** Small, so that every byte of its file can be tried; with everything a file can hold. */
const small: ClassifierParts = {
  classes: ["no", "yes"],
  features: {
    columns: ["x"],
    image: null,
    scaling: { kind: "columns", center: Float64Array.of(0.1), scale: Float64Array.of(1 / 3) },
  },
  body: null,
  layers: [{ weights: Float32Array.of(-0.5, 1e-42), bias: Float32Array.of(-0, 3e38) }],
  scores: null,
  head: softmaxHead,
  training: {
    source: "s",
    target: "t",
    rows: 2,
    status: "completed",
    seed: 7,
    options: {
      solver: "sgd",
      epochs: 1,
      batch: 2,
      learningRate: 0.1,
      schedule: "constant",
      warmUp: 0,
      stepEpochs: 4,
      stepFactor: 0.1,
      momentum: 0,
      l2: 1,
      classWeights: null,
      corrected: false,
    },
    history: [{ epoch: 1, loss: 0.1 + 0.2, accuracy: 0.5 }],
    optimum: null,
    version: "0.1.0",
  },
  inference: null,
  calibration: null,
  ledger: [{ source: "s", sha256: "ab", rowRoles: Uint8Array.of(1, 1, 4) }],
};
const smallFile = writeModel(small);
const options = { where: "m.sigmax", kernels: plainKernels };

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A model without what it can do. */
function partsOf(model: Classifier): ClassifierParts {
  const { classes, features, body, layers, scores, head, training, inference, calibration, ledger } = model;
  return { classes, features, body, layers, scores, head, training, inference, calibration, ledger };
}

/** Null where the bytes are refused; any other error goes on. */
function modelOrNull(bytes: Uint8Array): Classifier | null {
  try {
    return readModel(bytes, options);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

function refusalOf(bytes: Uint8Array): string {
  try {
    readModel(bytes, options);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error("the bytes were accepted");
}

/** A file as a model file is made: with a digest that fits it, so that only its content can be wrong. */
function seal(sigmax: string, tensors: Readonly<Record<string, Tensor>>): Uint8Array {
  const zeros = "0".repeat(64);
  const bytes = writeTensors({ metadata: { sha256: zeros, sigmax }, tensors });
  bytes.set(Buffer.from(digestOf(bytes)), Buffer.from(bytes).indexOf(zeros));
  return bytes;
}

/** The small file with other content. */
function changed(change: (content: Record<string, unknown>) => unknown): Uint8Array {
  const { metadata, tensors } = readTensors(smallFile, "small");
  const content = JSON.parse(metadata.sigmax);
  return seal(JSON.stringify(change(content) ?? content), tensors);
}

describe("a model that was written and read", () => {
  test("is the same to the last bit", () => {
    const parts = partsOf(readModel(smallFile, options));
    expect(parts).toEqual(small);
    expect(Object.is(parts.layers[0].bias[0], -0)).toBe(true);
    const input = matrix(Float64Array.of(-1, 0.1, 5), 3, 1);
    const { center, scale } = { center: 0.1, scale: 1 / 3 };
    const feature = Math.fround((5 - center) / scale);
    expect(readModel(smallFile, options).logits(input).values[4]).toBe(Math.fround(-0.5 * feature));
  });

  test("gives the same file again, byte for byte", () => {
    expect(writeModel(small)).toEqual(smallFile);
    expect(writeModel(readModel(smallFile, options))).toEqual(smallFile);
  });

  test("keeps any names, any weights, images, one scale for all and several sources", () => {
    const texts = fc.string({ unit: "binary" }).map((text) => `${text}\ud800"\\é😀`);
    const size = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(texts, size, size, size, fc.nat(), (text, height, width, extraClasses, seed) => {
        const generator = createGenerator(seed);
        const columns = height * width;
        const classes = Array.from({ length: 1 + extraClasses }, (_, k) => `${text}${k}`);
        const parts: ClassifierParts = {
          ...small,
          classes,
          features: {
            columns: Array.from({ length: columns }, (_, j) => `${j}${text}`),
            image: { height, width },
            scaling: { kind: "constant", scale: 1 + generator.uniform() },
          },
          layers: [
            {
              weights: Float32Array.from({ length: classes.length * columns }, () => generator.normal()),
              bias: Float32Array.from(classes, () => generator.normal()),
            },
          ],
          ledger: [0, 1, 200].map((rows) => ({
            source: text,
            sha256: text,
            rowRoles: Uint8Array.from({ length: rows }, () => generator.below(5)),
          })),
        };
        expect(partsOf(readModel(writeModel(parts), options))).toEqual(parts);
      }),
    );
  });

  test("shares no memory with the bytes it came from", () => {
    const bytes = Uint8Array.from(smallFile);
    const model = readModel(bytes, options);
    bytes.fill(0);
    expect(model.layers).toEqual(small.layers);
    expect(model.features).toEqual(small.features);
  });

  test("carries the SHA-256 of its file with the digest's own place zeroed", () => {
    const { metadata } = readTensors(smallFile, "small");
    const zeroed = Buffer.from(smallFile);
    zeroed.fill("0", zeroed.indexOf(metadata.sha256), zeroed.indexOf(metadata.sha256) + 64);
    expect(digestOf(zeroed)).toBe(metadata.sha256);
    expect(JSON.parse(metadata.sigmax)).toMatchObject({ format: 3, head: "softmax" });
  });
});

describe("the bytes that are read", () => {
  test("may be a Node Buffer, also one that begins within a larger one; nothing is written to it", () => {
    const pool = Buffer.alloc(smallFile.length + 20, 255);
    pool.set(smallFile, 5);
    const before = Buffer.from(pool);
    const view = pool.subarray(5, 5 + smallFile.length);
    expect(readModel(view, options).layers).toEqual(small.layers);
    expect(writeModel(readModel(view, options))).toEqual(smallFile);
    view[view.length - 1] ^= 1;
    before[5 + smallFile.length - 1] ^= 1;
    expect(() => readModel(view, options)).toThrow(InputError);
    expect(pool.equals(before)).toBe(true);
  });

  test("stay as they were", () => {
    const bytes = Uint8Array.from(smallFile);
    readModel(bytes, options);
    expect(bytes).toEqual(smallFile);
  });
});

describe("refused, never read wrongly", () => {
  test("every shorter part of a file, and one with a byte more", () => {
    for (let length = 0; length < smallFile.length; length++)
      expect(refusalOf(smallFile.subarray(0, length)), `${length} bytes`).toMatch(
        /^m\.sigmax: (not a model file|cut off)/,
      );
    expect(refusalOf(Uint8Array.of(...smallFile, 0))).toMatch(/^m\.sigmax: cut off or damaged/);
  });

  test.each([1, 2, 4, 8, 16, 32, 64, 128, 255])("a file with any one byte flipped by %i", (bits) => {
    const bytes = Uint8Array.from(smallFile);
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] ^= bits;
      expect(refusalOf(bytes), `byte ${i}`).toMatch(/^m\.sigmax: /);
      bytes[i] ^= bits;
    }
    expect(readModel(bytes, options).classes).toEqual(small.classes);
  });

  test("a file whose digest was written in capitals: it is compared as it stands", () => {
    const bytes = Buffer.from(smallFile);
    const { sha256 } = readTensors(smallFile, "small").metadata;
    bytes.set(Buffer.from(sha256.toUpperCase()), bytes.indexOf(sha256));
    expect(refusalOf(bytes)).toBe(
      "m.sigmax: damaged: its bytes do not match the SHA-256 written in it; get the file again",
    );
  });

  test("an empty file", () => {
    expect(refusalOf(new Uint8Array())).toBe("m.sigmax: not a model file: expected at least 8 bytes, got 0");
  });

  test("random bytes, also behind a header's length that fits them", () => {
    const generator = createGenerator(3);
    for (let run = 0; run < 2000; run++) {
      const bytes = Uint8Array.from({ length: 8 + generator.below(200) }, () => generator.below(256));
      if (run % 2 === 0) bytes.set([generator.below(bytes.length - 7), 0, 0, 0, 0, 0, 0, 0]);
      expect(refusalOf(bytes)).toMatch(/^m\.sigmax: not a model file/);
    }
  });

  test("a safetensors file that is no Sigmax model", () => {
    const tensors = { w: { shape: [1], values: Float32Array.of(1) } };
    for (const metadata of [{}, { format: "pt" }, { sha256: "0" }, { sigmax: "{}" }])
      expect(refusalOf(writeTensors({ metadata: { ...metadata }, tensors }))).toBe(
        'm.sigmax: a safetensors file, but not a Sigmax model: it has no text named "sigmax"',
      );
  });

  test("a file that another program has written anew, so that the digest stands elsewhere", () => {
    const { metadata, tensors } = readTensors(smallFile, "small");
    const { sha256, sigmax } = metadata;
    expect(refusalOf(writeTensors({ metadata: { sigmax, sha256 }, tensors }))).toMatch(/^m\.sigmax: damaged/);
  });

  test("a newer format, whatever else is in it", () => {
    const message =
      "m.sigmax: written by a newer Sigmax (format 4, this one reads up to 3); update Sigmax to read it";
    expect(refusalOf(changed((content) => ({ ...content, format: 4 })))).toBe(message);
    expect(refusalOf(changed(() => ({ format: 4, everything: "else" })))).toBe(message);
  });

  test("an older format", () => {
    expect(refusalOf(changed((content) => ({ ...content, format: 1 })))).toBe(
      "m.sigmax: written by an older Sigmax (format 1, this one reads 2 to 3); train it again",
    );
  });

  test("format 2, which had no hidden layers, is still read", () => {
    expect(
      readModel(
        changed((content) => ({ ...content, format: 2 })),
        options,
      ).layers,
    ).toEqual(small.layers);
  });

  test("a description that is not JSON", () => {
    expect(refusalOf(seal("{", {}))).toBe("m.sigmax: damaged: its description is not JSON");
  });
});

/** Every place in a JSON value: ["training", "options", "l2"] … */
function placesIn(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    [key],
    ...placesIn(item).map((rest) => [key, ...rest]),
  ]);
}

/** Replaces what is at a place; `undefined` takes it away. */
function put(target: unknown, [key, ...rest]: string[], value: unknown): void {
  if (typeof target !== "object" || target === null) throw new TypeError(`nothing holds ${key}`);
  if (rest.length > 0) put(Reflect.get(target, key), rest, value);
  else if (value === undefined) Reflect.deleteProperty(target, key);
  else Reflect.set(target, key, value);
}

describe("a file with a digest that fits and content that does not", () => {
  const content = JSON.parse(readTensors(smallFile, "small").metadata.sigmax);
  const places = placesIn(content);

  test("is refused by name, whichever field is missing", () => {
    const fields = places.filter((place) => Number.isNaN(Number(place.at(-1))));
    expect(fields.length).toBeGreaterThan(30);
    for (const place of fields) {
      const bytes = changed((copy) => put(copy, place, undefined));
      expect(refusalOf(bytes)).toMatch(`m.sigmax: damaged: its field ${place.join(".")} should be `);
    }
  });

  test("is an InputError or another sound model, whatever stands in a field", () => {
    const values = [null, true, -1, 0.5, 1e300, 2 ** 32, "", "x", [], [null], {}, { kind: "x" }];
    const sound = readModel(smallFile, options);
    let refused = 0;
    for (const place of places)
      for (const value of values) {
        const bytes = changed((copy) => put(copy, place, value));
        const model = modelOrNull(bytes);
        if (model === null) refused++;
        const { values: p } = (model ?? sound).predict(matrix(Float64Array.of(0.2), 1, 1));
        expect([...p], `${place.join(".")} = ${JSON.stringify(value)}`).toEqual([0, 1]);
      }
    expect(refused).toBeGreaterThan(places.length * values.length * 0.7);
  });

  test("is refused where JSON writes a number that float64 cannot hold", () => {
    const { metadata, tensors } = readTensors(smallFile, "small");
    const text = metadata.sigmax.replace('"learningRate":0.1', '"learningRate":1e999');
    expect(refusalOf(seal(text, tensors))).toBe(
      "m.sigmax: damaged: its field training.options.learningRate should be a number",
    );
  });

  test.each<[string, Partial<ClassifierParts["features"]>, string]>([
    ["a scale of 0", { scaling: { kind: "constant", scale: 0 } }, "features.scaling.scale should be above 0"],
    [
      "one column's scale of 0",
      { scaling: { kind: "columns", center: Float64Array.of(0), scale: Float64Array.of(0) } },
      "features.scaling should be finite centers and positive scales",
    ],
    [
      "a center that is NaN",
      { scaling: { kind: "columns", center: Float64Array.of(NaN), scale: Float64Array.of(1) } },
      "features.scaling should be finite centers and positive scales",
    ],
    ["another image", { image: { height: 2, width: 3 } }, "features.image should be one of 1 pixels"],
  ])("is refused: %s", (_name, features, message) => {
    const bytes = writeModel({ ...small, features: { ...small.features, ...features } });
    expect(refusalOf(bytes)).toBe(`m.sigmax: damaged: its field ${message}`);
  });

  test.each([
    [
      "two layers",
      (c: typeof content) => c.layers.push(c.layers[0]),
      "its field layers.0.kind should be one of dense, activation, maxout, simplex, dropout, layer-norm, residual",
    ],
    [
      "another layer",
      (c: typeof content) => (c.layers[0].kind = "conv"),
      "its field layers.0.kind should be one of linear",
    ],
    [
      "another head",
      (c: typeof content) => (c.head = "probit"),
      "its field head should be one of softmax, sigmoid, multilabel",
    ],
    [
      "one class more",
      (c: typeof content) => c.classes.push("maybe"),
      "its field layers.0.outputs should be 3, as the head needs for so many classes",
    ],
    [
      "one column more",
      (c: typeof content) => c.features.columns.push("y"),
      'it has no array "features.center" of shape 2',
    ],
    [
      "a source more than there are ledgers",
      (c: typeof content) => c.ledger.push(c.ledger[0]),
      'it has no array "ledger.1"',
    ],
  ])("is refused: %s", (_name, change, message) => {
    const bytes = changed((copy) => void change(copy));
    expect(refusalOf(bytes)).toBe(`m.sigmax: damaged: ${message}`);
  });

  test.each(Object.keys(readTensors(smallFile, "small").tensors))(
    "is refused where the array %s is missing, of another type or of another shape",
    (name) => {
      const { metadata, tensors } = readTensors(smallFile, "small");
      const { [name]: own, ...others } = tensors;
      const message = `m.sigmax: damaged: it has no array "${name}"`;
      expect(refusalOf(seal(metadata.sigmax, others))).toContain(message);
      const other = own.values instanceof Float32Array ? Float64Array : Float32Array;
      const retyped = { ...own, values: other.from(own.values) };
      expect(refusalOf(seal(metadata.sigmax, { ...others, [name]: retyped }))).toContain(message);
      if (name === "ledger.0") return; // its length is in the ledger's own keeping
      const reshaped = { ...own, shape: [1, ...own.shape] };
      expect(refusalOf(seal(metadata.sigmax, { ...others, [name]: reshaped }))).toContain(message);
    },
  );

  test("is refused where the ledger is damaged", () => {
    const { metadata, tensors } = readTensors(smallFile, "small");
    const runs = { shape: [2], values: Uint8Array.of(1, 2) };
    expect(refusalOf(seal(metadata.sigmax, { ...tensors, "ledger.0": runs }))).toBe(
      "m.sigmax: ledger.0: damaged: it speaks of 2 rows, the source has 3",
    );
  });
});
