import { evaluate, fitClassifier, type Classifier, type FitOptions } from "@sigmax/core";
import { table, type Labels, type Table } from "@sigmax/core/data";
import { crossValidate } from "@sigmax/core/evaluate";
import { createKernels } from "@sigmax/core/kernels";
import { createGenerator } from "@sigmax/core/random";

import { buildReport } from "../src/report/build.ts";

interface Shape {
  readonly classes: readonly string[];
  /** Numbers; the first says most about the class. */
  readonly columns: readonly string[];
  /** A column of categories, where there are any. */
  readonly categories?: readonly string[];
  readonly rows?: number;
  /** How far the classes stand apart along the first column, in standard deviations. */
  readonly apart?: number;
  readonly folds?: number;
  readonly options?: FitOptions;
}

/** A model fitted to the optimum on made-up rows, and the report that the command would write of it. */
export async function exactReport({
  classes,
  columns,
  categories,
  rows = 120,
  apart = 1.5,
  folds,
  options = {},
}: Shape): Promise<{ readonly page: string; readonly model: Classifier; readonly data: Table }> {
  const generator = createGenerator(11);
  const indices = Int32Array.from({ length: rows }, (_, row) => row % classes.length);
  const labels: Labels = { classes, indices };
  const data = table([
    ...columns.map((name, j) => ({
      kind: "numeric" as const,
      name,
      values: Float64Array.from(indices, (k) => 10 + 2 * (generator.normal() + (j === 0 ? apart * k : 0))),
      missing: null,
    })),
    ...(categories
      ? [
          {
            kind: "categorical" as const,
            name: "kind",
            categories,
            codes: Int32Array.from(indices, () => generator.below(categories.length)),
          },
        ]
      : []),
  ]);
  const kernels = createKernels();
  const training = { table: data, labels, source: "made-up", target: "class" };
  const model = await fitClassifier(training, { ...options, kernels });
  const logits = model.logits(data);
  const page = buildReport({
    model,
    guarantees: null,
    source: { name: "made-up", scale: null },
    tested: { data, labels, places: null },
    logits,
    evaluation: evaluate(logits, labels, { draws: 200 }),
    evaluatedOn: "test",
    modelPath: "made-up.sigmax",
    seconds: { load: 0, fit: 0, evaluate: 0 },
    trained: {
      validation: folds === undefined ? null : await crossValidate(training, options, { folds }),
      warnings: [],
      snapshots: [],
      kernels,
    },
  });
  return { page, model, data };
}
