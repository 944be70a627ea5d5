import { fitClassifier, type FitOptions } from "@sigmax/core";
import type { Matrix } from "@sigmax/core/data";
import type { FitChoice } from "@sigmax/core/evaluate";
import { headLaws, headPractice, type HeadLaw, type HeadPractice } from "@sigmax/core/laboratory";
import { isDescent, type TrainingRun } from "@sigmax/core/model";
import type { MatrixData, TableData } from "@sigmax/core/train";

/** The laws of the two heads on some of a source's rows. */
export interface HeadsMeasured {
  readonly rows: number;
  readonly features: number;
  readonly laws: readonly HeadLaw[];
  readonly practice: HeadPractice;
  /** The softmax that is the sigmoid again, by the laws; null where the options do not say which it is. */
  readonly matched: FitChoice | null;
  /** What that shows, or why there is none. */
  readonly remark: string | null;
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
    ...matchedSoftmax(rest, model.training.options),
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
 * Softmax with twice the penalties, and by minibatches half the learning rate, and what that shows. It is not the
 * sigmoid where a penalty is chosen for each, where part of it is λ|w|, which is not halved, and where the length of
 * all gradients together is cut.
 */
function matchedSoftmax(
  options: FitOptions,
  settings: TrainingRun["options"],
): Pick<HeadsMeasured, "matched" | "remark"> {
  if (options.hidden !== undefined || options.body !== undefined)
    return {
      matched: null,
      remark: `With ${options.body === undefined ? "hidden layers" : "a body of attention"} the log-odds of the softmax learn twice as fast at the same rate, and the layers below do not: no one rate for all makes the heads the same.`,
    };
  const isUnlike =
    options.chooseL2 !== undefined || (options.l1Ratio ?? 0) > 0 || options.clipNorm !== undefined;
  if (isUnlike || settings.solver === "given") return { matched: null, remark: null };
  const twice = { ...options, head: "softmax" as const, l2: 2 * settings.l2 };
  if (!isDescent(settings))
    return {
      matched: { name: "softmax, 2λ", options: twice },
      remark:
        "By the laws, softmax with twice the penalty is the sigmoid: what tells the heads apart is λ alone.",
    };
  const { learningRate, weightDecay } = settings;
  const decay = weightDecay === undefined ? {} : { weightDecay: 2 * weightDecay };
  return {
    matched: {
      name: `softmax, η/2${settings.l2 > 0 ? ", 2λ" : ""}${(weightDecay ?? 0) > 0 ? ", 2ω" : ""}`,
      options: { ...twice, ...decay, learningRate: learningRate / 2 },
    },
    remark:
      "By the laws, softmax with half the rate and twice the penalty is the sigmoid but for its random start, whose log-odds vary twice as much, and for float32: what else tells the heads apart is η and the penalty.",
  };
}
