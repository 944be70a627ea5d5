import {
  foldsOf,
  takeRows,
  isLabelSets,
  takeTableRows,
  takeTarget,
  tableOf,
  tableOfColumns,
  type FoldOptions,
  type Labels,
  type LabelSets,
  type Logits,
  type Matrix,
  type Table,
} from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { fitClassifier, type FitOptions, type TrainingData } from "../train/index.ts";
import { expectedCalibrationError } from "./calibration-error.ts";
import { overFolds, type FoldFigure } from "./fold-figure.ts";
import { accuracy, brierScore, logLoss } from "./metrics.ts";

export interface CrossValidation {
  readonly folds: number;
  readonly repeats: number;
  readonly accuracy: FoldFigure;
  readonly logLoss: FoldFigure;
  readonly brier: FoldFigure;
  readonly byFold: readonly {
    readonly repeat: number;
    readonly fold: number;
    readonly rows: number;
    readonly accuracy: number;
    readonly logLoss: number;
    readonly brier: number;
    /** Of so few rows too high: to be compared, not to be quoted. */
    readonly ece: number;
  }[];
  /** Of the first repeat: every row's logits from the model that had not seen it. */
  readonly logits: Logits;
}

export interface CrossValidateOptions extends FoldOptions {
  readonly confidence?: number;
  /** Called after each fit. */
  readonly onFold?: ((done: number, all: number) => void) | undefined;
}

/**
 * Fits a model for each fold on the rows of all others and measures it on the fold: what is learned of columns is learned
 * anew each time. With `data.groups` the folds keep groups whole, and so do those that choose a penalty inside. Figures
 * count every row of a fold alike, whatever its sample weight.
 *
 * @throws InputError when the rows cannot be divided so, a fit is refused, or confidence is not in (0, 1)
 * @see Nadeau & Bengio, Machine Learning 52 (2003)
 */
export async function crossValidate(
  data: TrainingData,
  fitOptions: FitOptions = {},
  { confidence = 0.95, onFold, ...options }: CrossValidateOptions = {},
): Promise<CrossValidation> {
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`crossValidate: confidence must be in (0, 1), got ${confidence}`);
  const { rows, labels } = openRows(data);
  const groups = options.groups ?? data.groups;
  const divisions = foldsOf(labels, { ...options, groups });
  const { folds = 10 } = options;
  const classes = labels.classes.length;
  const pooled = new Float64Array(labels.indices.length * classes);
  const byFold: CrossValidation["byFold"][number][] = [];
  for (const [repeat, foldOfRow] of divisions.entries())
    for (let fold = 0; fold < folds; fold++) {
      const held = placesWhere(foldOfRow, (each) => each === fold);
      const rest = placesWhere(foldOfRow, (each) => each !== fold);
      const model = await fitClassifier(partOf({ ...data, ...(groups && { groups }) }, rows, labels, rest), {
        ...fitOptions,
        covariance: "none",
      });
      if (model.training.status === "diverged")
        throw new InputError(
          `crossValidate: without fold ${fold + 1} the loss stopped being a number; take a lower learning rate`,
        );
      const own = labelsAt(labels, held);
      const logits = model.logits("values" in rows ? takeRows(rows, held) : takeTableRows(rows, held));
      if (repeat === 0)
        held.forEach((row, i) =>
          pooled.set(logits.values.subarray(i * classes, (i + 1) * classes), row * classes),
        );
      const probabilities = model.head.probabilities(logits);
      byFold.push({
        repeat,
        fold,
        rows: held.length,
        accuracy: accuracy(logits, own),
        logLoss: logLoss(logits, own),
        brier: brierScore(probabilities, own),
        ece: expectedCalibrationError(probabilities, own),
      });
      onFold?.(byFold.length, folds * divisions.length);
    }
  const figure = (name: "accuracy" | "logLoss" | "brier", low: number, high: number): FoldFigure =>
    overFolds(
      byFold.map((each) => each[name]),
      folds,
      confidence,
      [low, high],
    );
  return {
    folds,
    repeats: divisions.length,
    accuracy: figure("accuracy", 0, 1),
    logLoss: figure("logLoss", 0, Infinity),
    brier: figure("brier", 0, 2),
    byFold,
    logits: { rows: labels.indices.length, columns: classes, values: pooled, unit: "logits" },
  };
}

function openRows(data: TrainingData): { rows: Matrix | Table; labels: Labels } {
  if ("features" in data) return { rows: data.features, labels: oneOfK(data.labels) };
  if ("table" in data) return { rows: data.table, labels: oneOfK(data.labels) };
  if (typeof data.target !== "string" || data.separator !== undefined) throw severalLabels();
  const all = "rows" in data ? tableOf(data.rows) : tableOfColumns(data.columns);
  const { table, labels } = takeTarget(all, data.target, data.classes);
  return { rows: table, labels };
}

/** The training data of some rows. @throws InputError when a class is left without rows */
function oneOfK(labels: Labels | LabelSets): Labels {
  if (isLabelSets(labels)) throw severalLabels();
  return labels;
}

function severalLabels(): InputError {
  return new InputError(
    "crossValidate: the rows carry several labels at once, and this is for classes of which every row has exactly one; hold rows back and measure them with evaluateLabels",
  );
}

function partOf(data: TrainingData, rows: Matrix | Table, labels: Labels, places: Uint32Array): TrainingData {
  const own = labelsAt(labels, places);
  const absent = labels.classes.findIndex((_, k) => !own.indices.includes(k));
  if (absent >= 0)
    throw new InputError(
      `crossValidate: without one of the folds no row of class "${labels.classes[absent]}" is left to learn from; take fewer folds, or leave the class out`,
    );
  const pick = (values: ArrayLike<number> | undefined): Float64Array | undefined =>
    values && Float64Array.from(places, (row) => values[row]);
  const sampleWeights = pick(data.sampleWeights);
  const groups = pick(data.groups);
  const origin = {
    target: data.target ?? "",
    ...(sampleWeights && { sampleWeights }),
    ...(groups && { groups }),
  };
  if ("values" in rows)
    return {
      features: takeRows(rows, places),
      labels: own,
      ...("features" in data && data.columns && { columns: data.columns }),
      ...("features" in data && data.image && { image: data.image }),
      ...origin,
    };
  return { table: takeTableRows(rows, places), labels: own, ...origin };
}

function labelsAt({ classes, indices }: Labels, places: Uint32Array): Labels {
  return { classes, indices: Int32Array.from(places, (row) => indices[row]) };
}

function placesWhere(folds: Uint8Array, holds: (fold: number) => boolean): Uint32Array {
  const places: number[] = [];
  folds.forEach((fold, row) => {
    if (holds(fold)) places.push(row);
  });
  return Uint32Array.from(places);
}
