import { inflateSync } from "node:zlib";
import { parseHTML } from "linkedom/worker";
import { expect, test } from "vitest";

import { renderReport } from "../src/report/render.ts";
import { elements, plain, textOf, textsOf, type Element } from "./page.ts";
import { hostileNames, madeUpReport, pixelNames, reportOf } from "./report-fixture.ts";

const letters = ["a", "b", "c", "d"];

/** Four rows of two classes, three of them right, at confidence 0.9. */
function fourRows(): ReturnType<typeof reportOf> {
  const sure = Math.log(9);
  const values = Float64Array.of(sure, 0, sure, 0, 0, sure, 0, sure);
  const labels = { classes: ["ill", "well"], indices: Int32Array.of(0, 0, 1, 0) };
  return reportOf({ rows: 4, columns: 2, values, unit: "logits" }, labels);
}

test("the first sentence says how many rows were right, and how sure that is", () => {
  expect(textOf(".lead", renderReport(fourRows()))).toBe(
    "Of 4 test rows, 3 were classified correctly: 75.0 % (95 % interval 30.1 – 95.4 %).", // Wilson: 0.3006 – 0.9544
  );
});

test("each of the four figures stands with its interval, its direction and a mark to compare it with", () => {
  const data = fourRows();
  const blocks = textsOf(".metric", renderReport(data));
  expect(blocks).toHaveLength(4);
  const [accuracy, logLoss, brier, ece] = blocks;
  expect(accuracy).toMatch(/higher is better 75\.0 % 30\.1 – 95\.4 %.*would reach 75\.0 %/);
  expect(logLoss).toMatch(/lower is better 0\.655 .*would cost 0\.693/); // (3 ln(10/9) + ln 10) / 4, ln 2
  expect(brier).toMatch(/lower is better 0\.420 .*would score 0\.500.*half of it: 0\.210/); // (3 × 0.02 + 1.62) / 4
  expect(ece).toMatch(/lower is better 0\.150 .*15\.0 percentage points/);
});

test("the header tells what was trained on what, with which options, when, and where the model is", () => {
  const page = renderReport(fourRows());
  const facts = textOf("dl.facts", page);
  for (const fact of [
    "made-up, target kind",
    "1,600 rows",
    "Batch 256",
    "Learning rate 0.1",
    "fit 1 min 12 s",
  ])
    expect(facts).toContain(fact);
  for (const fact of ["22 November 2026, 09:05 UTC", "sigmax 0.1.0", "models/made-up.sigmax"])
    expect(facts).toContain(fact);
  expect(textOf("header pre", page)).toBe("sigmax train made-up --out models/made-up.sigmax");
});

test("figures of training rows carry a warning, figures of test rows do not", () => {
  const data = fourRows();
  expect(textsOf(".warning", renderReport(data))).toEqual([]);
  const page = renderReport({ ...data, evaluatedOn: "train" });
  expect(textOf(".warning", page)).toMatch(/^These are training rows\. Every figure .* flatter the model/);
  expect(textOf(".lead", page)).toContain("Of 4 training rows, 3");
  expect(textOf("#results", page)).toContain("the promise of the intervals does not hold here");
});

test("what training warns of stands above the figures, each a sentence", () => {
  const page = renderReport({ ...fourRows(), warnings: ["x is the same as y", "<b> tells the class"] });
  expect(textsOf(".warning", page)).toEqual([
    "Warning: x is the same as y.",
    "Warning: <b> tells the class.",
  ]);
});

test("the confusion matrix holds the counts, and the most frequent confusions are said in words", () => {
  const data = madeUpReport({ classes: letters, columns: ["x"], skill: 1 });
  const { document } = parseHTML(renderReport(data));
  const cells = elements(document, ".matrix td").map((cell) => Number(plain(cell).replace("·", "0")));
  expect(cells).toEqual([...data.evaluation.confusion]);
  let most = { label: 0, predicted: 0, times: 0 };
  cells.forEach((times, i) => {
    const [label, predicted] = [Math.floor(i / 4), i % 4];
    if (label !== predicted && times > most.times) most = { label, predicted, times };
  });
  const support = data.evaluation.perClass[most.label].support;
  expect(plain(elements(document, "#confusions li")[0])).toBe(
    `${letters[most.label]} was taken for ${letters[most.predicted]} ${most.times} times of ${support}.`,
  );
});

test("with more than twenty classes the most frequent confusions are a table", () => {
  const classes = Array.from({ length: 21 }, (_, k) => `class ${k}`);
  const page = renderReport(madeUpReport({ classes, columns: ["x"], skill: 1 }));
  expect(textsOf(".matrix", page)).toEqual([]);
  const counts = textsOf("#confusions tbody tr td:nth-child(3)", page).map(Number);
  expect(counts).toHaveLength(20);
  expect(counts).toEqual(counts.toSorted((a, b) => b - a));
});

test("a class that was never given has no precision, and says so with a dash", () => {
  const labels = { classes: ["only", "never"], indices: Int32Array.of(0, 0) };
  const data = reportOf({ rows: 2, columns: 2, values: Float64Array.of(3, 0, 3, 0), unit: "logits" }, labels);
  const page = renderReport({ ...data, history: data.history.slice(0, 1) });
  expect(textsOf(".classes tbody tr", page)[1]).toMatch(/^never 0 – – –$/);
  expect(textOf("#confusions", page)).toContain("No row was taken for another class.");
  expect(textOf("#mistakes", page)).toContain("There are none");
  expect(textsOf("#learning figure", page)).toEqual([]); // one epoch is no curve
});

test("a model that is surer than it is right is called over-confident, and the other way round", () => {
  expect(reliabilityOf(0.95, 70)).toContain(
    "gave the class it chose 95.0 % and was right in 70.0 %: it is over-confident, by 25.0",
  );
  expect(reliabilityOf(0.6, 90)).toContain("it is under-confident, by 30.0 percentage points.");
  expect(reliabilityOf(0.8, 82)).toContain(
    "looks under-confident, by 2.0 percentage points, but with 100 rows that may be chance.",
  );
  expect(reliabilityOf(0.8, 80)).toContain("neither over- nor under-confident");
});

test("groups outside their band are counted by side", () => {
  const data = madeUpReport({ classes: letters, columns: ["x"] });
  const bin = { rows: 40, confidence: 0.5, band: [0.3, 0.7] } as const;
  const reliability = [0.2, 0.5, 0.9, 0.95, null].map((accuracy, i) =>
    accuracy === null
      ? { low: 0.8, high: 1, rows: 0, confidence: null, accuracy: null, band: null }
      : { ...bin, low: i / 5, high: (i + 1) / 5, accuracy },
  );
  const page = renderReport({ ...data, evaluation: { ...data.evaluation, reliability } });
  expect(textOf("#reliability p", page)).toContain(
    "Of the four groups of similar confidence, two were right more often than stated and one was right less often than stated",
  );
});

test("weights of pixels become pictures: orange for, blue against, clear at zero", () => {
  const data = madeUpReport({ classes: ["p", "q"], columns: pixelNames(6), image: { height: 2, width: 3 } });
  const weights = Float32Array.of(1, 0.5, 0, -0.5, -1, 1, 1, 1, 1, 1, 1, 1);
  const { document } = parseHTML(renderReport({ ...data, weights }));
  const images = elements(document, "#weights img");
  expect(images.map((image) => image.getAttribute("alt"))).toEqual(["Weights of p", "Weights of q"]);
  const [for1, forHalf, zero, againstHalf, against1] = pixelsOf(images[0], 3, 4);
  expect(for1).toEqual([0xd5, 0x5e, 0x00, 255]);
  expect(forHalf[3]).toBe(128);
  expect(zero[3]).toBe(0);
  expect(againstHalf).toEqual([0x00, 0x72, 0xb2, 128]);
  expect(against1[3]).toBe(255);
});

test("weights of a table are a table, strongest column on top", () => {
  const data = madeUpReport({ classes: ["p", "q"], columns: ["weak", "strong", "none"] });
  const page = renderReport({ ...data, weights: Float32Array.of(0.25, -2, 0, -0.25, 1, 0) });
  expect(textsOf(".weights tbody tr", page)).toEqual(["strong −2.00 1.00", "weak 0.25 −0.25", "none 0 0"]);
});

test("a mistake shows its row, its pixels, and the probability of the true class however small", () => {
  const data = madeUpReport({ classes: letters, columns: pixelNames(4), image: { height: 2, width: 2 } });
  const mistake = {
    row: 4711,
    label: "d",
    predicted: "a",
    probabilities: [0.9, 0.06, 0.03, 0.01],
    values: [0, 51, 255, 300],
  };
  const { document } = parseHTML(renderReport({ ...data, mistakes: [mistake] }));
  expect(plain(elements(document, ".card h3")[0])).toBe("d, taken for a");
  expect(plain(elements(document, ".card .row")[0])).toBe("Row 4,711");
  expect(elements(document, ".card .bars li").map(plain)).toEqual([
    "a 90.0 %",
    "b 6.0 %",
    "c 3.0 %",
    "d (true) 1.0 %",
  ]);
  expect(pixelsOf(elements(document, ".card img")[0], 2, 1)).toEqual([[0], [51], [255], [255]]);
});

test("names from the user's files are shown, never run", () => {
  const [script, quotes, image] = hostileNames;
  const data = madeUpReport({ classes: hostileNames, columns: hostileNames });
  const page = renderReport({
    ...data,
    source: image,
    target: script,
    command: image,
    modelPath: script,
    status: image,
  });
  for (const bad of ["<script", "<img src=x"]) expect(page).not.toContain(bad);
  const { document } = parseHTML(page);
  expect(elements(document, "script, img:not([src^='data:']), iframe, link")).toHaveLength(0);
  expect(
    elements(document, "*").flatMap(({ attributes }) =>
      [...attributes].filter(({ name }) => name.startsWith("on")),
    ),
  ).toEqual([]);
  expect(elements(document, "style")[0].textContent).not.toContain("</style");
  expect(elements(document, ".classes tbody th").map(plain)).toEqual([script, quotes, image]);
  expect(plain(elements(document, "h1")[0])).toBe(image);
  expect(plain(elements(document, "header pre")[0])).toBe(image);
});

test("the page asks for nothing outside itself", () => {
  const page = renderReport(
    madeUpReport({ classes: letters, columns: pixelNames(4), image: { height: 2, width: 2 } }),
  );
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
  for (const [, address] of page.matchAll(/(?:src|href)="([^"]*)"/g))
    expect(address).toMatch(/^(data:image\/png;base64,|#[a-z]+$)/);
  expect(page).not.toMatch(/url\(|@import|https?:/);
});

test("the same data gives the same page", () => {
  const data = madeUpReport({ classes: letters, columns: ["x", "y"] });
  expect(renderReport(data)).toBe(renderReport(structuredClone(data)));
});

/** The reading of 100 two-class rows at one confidence, of which `right` were right. */
function reliabilityOf(confidence: number, right: number): string {
  const values = new Float64Array(200);
  for (let row = 0; row < 100; row++) values[row * 2] = Math.log(confidence / (1 - confidence));
  const indices = Int32Array.from({ length: 100 }, (_, row) => (row < right ? 0 : 1));
  const data = reportOf({ rows: 100, columns: 2, values, unit: "logits" }, { classes: ["p", "q"], indices });
  return textOf("#reliability p", renderReport(data));
}

/** The pixels of a picture in the page, row by row. */
function pixelsOf(image: Element, width: number, channels: number): number[][] {
  const [, text] = (image.getAttribute("src") ?? "").split(",");
  const file = Buffer.from(text, "base64");
  const start = file.indexOf("IDAT") + 4;
  const lines = inflateSync(file.subarray(start, start + file.readUInt32BE(start - 8)));
  const pixels: number[][] = [];
  for (let at = 0; at < lines.length; at += width * channels + 1)
    for (let x = 0; x < width; x++)
      pixels.push([...lines.subarray(at + 1 + x * channels, at + 1 + (x + 1) * channels)]);
  return pixels;
}
