import { fitClassifier, type FitOptions } from "@sigmax/core";
import type { Matrix } from "@sigmax/core/data";
import type { FitChoice } from "@sigmax/core/evaluate";
import { headLaws, headPractice, type HeadLaw, type HeadPractice } from "@sigmax/core/laboratory";
import type { TrainingRun } from "@sigmax/core/model";
import type { MatrixData, TableData } from "@sigmax/core/train";

/** The laws of the two heads on some of a source's rows. */
export interface HeadsMeasured {
  readonly rows: number;
  readonly features: number;
  readonly laws: readonly HeadLaw[];
  readonly practice: HeadPractice;
  /** The softmax that is the sigmoid again, by the laws; null where the options do not say which it is. */
  readonly matched: (FitChoice & { readonly remark: string }) | null;
}

/** The laws hold on any rows and columns; so many show it in a second. */
const mostFeatures = 64;

/**
 * @param sample the rows to try the laws on
 * @param options of the fits that are compared, without their heads
 */
export async function measureHeads(
  sample: MatrixData | TableData,
  options: FitOptions,
): Promise<HeadsMeasured> {
  const { head: _head, ...rest } = options;
  const model = await fitClassifier(sample, { ...rest, head: "sigmoid", covariance: "none" });
  const { labels } = sample;
  const features = someColumns(model.encode("features" in sample ? sample.features : sample.table));
  return {
    rows: features.rows,
    features: features.columns,
    laws: headLaws(features, labels),
    practice: headPractice(features, labels),
    matched: matchedSoftmax(rest, model.training.options),
  };
}

/** Not more than some, evenly over all. */
function someColumns({ rows, columns, values }: Matrix<Float64Array>): Matrix<Float64Array> {
  const count = Math.min(columns, mostFeatures);
  const taken = Array.from({ length: count }, (_, j) => Math.floor((j * columns) / count));
  const own = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++)
    taken.forEach((column, j) => {
      own[row * count + j] = values[row * columns + column];
    });
  return { rows, columns: count, values: own };
}

/**
 * Softmax with twice the penalty, and with minibatches half the learning rate. It is not the sigmoid where hidden layers
 * would learn at half the rate too, where a penalty is chosen for each, and where part of it is λ|w|, which is not halved.
 */
function matchedSoftmax(options: FitOptions, settings: TrainingRun["options"]): HeadsMeasured["matched"] {
  if ("hidden" in options || options.chooseL2 !== undefined || (options.l1Ratio ?? 0) > 0) return null;
  if (settings.solver === "given") return null;
  const { l2 } = settings;
  const matched = { ...options, head: "softmax" as const, l2: 2 * l2 };
  if (settings.solver !== "sgd")
    return {
      name: "softmax, 2λ",
      options: matched,
      remark:
        "By the laws, softmax with twice the penalty is the sigmoid: what tells the heads apart is λ alone.",
    };
  return {
    name: "softmax, η/2, 2λ",
    options: { ...matched, learningRate: settings.learningRate / 2 },
    remark:
      "By the laws, softmax with half the rate and twice the penalty is the sigmoid but for its random start, whose log-odds vary twice as much, and for float32: what else tells the heads apart is η and λ.",
  };
}
