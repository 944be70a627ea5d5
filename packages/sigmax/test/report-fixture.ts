import type { Labels, Logits } from "@sigmax/core";
import { evaluate } from "@sigmax/core/evaluate";
import { softmax } from "@sigmax/core/functions";
import { createGenerator } from "@sigmax/core/random";

import { softmaxHead } from "@sigmax/core/model";
import { benefitOf, selectionOf } from "../src/report/build-choices.ts";
import type { ReportData } from "../src/report/data.ts";
import { rankingCurves } from "../src/report/ranking-curves.ts";

interface Shape {
  readonly classes: readonly string[];
  readonly columns: readonly string[];
  readonly image?: ReportData["image"];
  readonly rows?: number;
  /** How far the true class's logit stands above the others, in standard deviations of their noise. */
  readonly skill?: number;
}

/** Names as bad as a user's file could hold them. */
export const hostileNames = [
  "<script>alert(1)</script>",
  `b"'&`,
  "</style><img src=x onerror=alert(2)>",
] as const;

/** A report over seeded noise: made up, but every figure in it is computed from its logits. */
export function madeUpReport({ classes, columns, image = null, rows = 400, skill = 2 }: Shape): ReportData {
  const generator = createGenerator(7);
  const classCount = classes.length;
  const indices = Int32Array.from({ length: rows }, () => generator.below(classCount));
  const values = Float64Array.from({ length: rows * classCount }, (_, i) => {
    const isTrue = i % classCount === indices[Math.floor(i / classCount)];
    return generator.normal() * 1.5 + (isTrue ? skill : 0);
  });
  return {
    ...reportOf({ rows, columns: classCount, values, unit: "logits" }, { classes, indices }),
    columns,
    image,
    pixelMax: image === null ? 1 : 255,
    parameterCount: classCount * (columns.length + 1),
    weights: Float32Array.from({ length: classCount * columns.length }, () => generator.normal() * 0.2),
    mistakes: mistakesAmong(values, indices, classes).map((mistake) => ({
      ...mistake,
      values: columns.map(() => (image === null ? generator.normal() : generator.below(256))),
    })),
  };
}

/** The report of given logits by minibatches; two columns, no mistakes shown. */
export function reportOf(logits: Logits, labels: Labels): ReportData {
  const evaluation = evaluate(logits, labels, { draws: 200 });
  const probabilities = softmaxHead.probabilities(logits);
  return {
    source: "made-up",
    target: "kind",
    created: new Date(Date.UTC(2026, 10, 22, 9, 5)),
    modelPath: "models/made-up.sigmax",
    command: "sigmax train made-up --out models/made-up.sigmax",
    version: "0.1.0",
    evaluatedOn: "test",
    trainRows: 1600,
    validationRows: 0,
    warnings: [],
    parameterCount: labels.classes.length * 3,
    options: [
      ["batch", "256"],
      ["learning rate", "0.1"],
    ],
    status: "completed",
    seconds: { load: 0.25, fit: 72.4, evaluate: 0.031 },
    keptEpoch: null,
    history: [1, 2, 3].map((epoch) => ({
      epoch,
      trainLoss: 1 / epoch,
      trainAccuracy: 0.6 + 0.05 * epoch,
      testLoss: 1.1 / epoch,
      testAccuracy: 0.58 + 0.05 * epoch,
    })),
    evaluation,
    weights: new Float32Array(labels.classes.length * 2),
    columns: ["first", "second"],
    image: null,
    mistakes: [],
    pixelMax: 1,
    fit: null,
    coefficients: [],
    ranking: rankingCurves(logits, labels, evaluation),
    reasons: { of: "mistakes", baseline: "means", rows: [] },
    validation: null,
    calibration: null,
    sets: null,
    selection: selectionOf(probabilities, labels, null),
    benefit: benefitOf(probabilities, labels, evaluation),
    costs: null,
    referred: null,
    promises: null,
    subgroups: [],
    card: {
      classes: labels.classes.map((name) => ({ name, share: 1 / labels.classes.length })),
      inputs: [{ name: "first", kind: "number" }],
      inputCount: 2,
      ledger: [{ source: "made-up", uses: "1,600 train, 400 test" }],
      trainedOn: "made-up",
      trainedBy: "0.1.0",
      engine: "Node 20",
    },
  };
}

/** Column names "pixel 0", "pixel 1", … */
export function pixelNames(length: number): readonly string[] {
  return Array.from({ length }, (_, i) => `pixel ${i}`);
}

function mistakesAmong(
  logits: Float64Array,
  indices: Int32Array,
  classes: readonly string[],
): readonly Omit<ReportData["mistakes"][number], "values">[] {
  const classCount = classes.length;
  return Array.from(indices, (label, row) => {
    const probabilities = [...softmax(logits.subarray(row * classCount, (row + 1) * classCount))];
    const confidence = Math.max(...probabilities);
    const predicted = probabilities.indexOf(confidence);
    return { row, label: classes[label], predicted: classes[predicted], probabilities, confidence };
  })
    .filter(({ label, predicted }) => label !== predicted)
    .toSorted((a, b) => b.confidence - a.confidence)
    .slice(0, 12)
    .map(({ row, label, predicted, probabilities }) => ({ row, label, predicted, probabilities }));
}
