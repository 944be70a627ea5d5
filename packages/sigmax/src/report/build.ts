import type { Classifier, Evaluation, Logits } from "@sigmax/core";
import { accuracy, logLoss, type CrossValidation } from "@sigmax/core/evaluate";
import type { Kernels, LinearLayer } from "@sigmax/core/kernels";
import { createClassifier, isExact, type AnyLayer, type Head } from "@sigmax/core/model";
import type { RowSet } from "../commands/rows.ts";
import { cellAt, isTable, type Source } from "../sources/source.ts";
import type { ReportData } from "./data.ts";
import { reasonsFor } from "./explain.ts";
import { fitFigures, reportedCoefficients } from "./fit-figures.ts";
import { rankingCurves } from "./ranking-curves.ts";
import { renderReport } from "./render.ts";

/** What a training run leaves behind for its report. */
export interface RunResult {
  readonly model: Classifier;
  readonly source: Source;
  readonly tested: RowSet;
  readonly logits: Logits;
  readonly evaluation: Evaluation;
  readonly evaluatedOn: "test" | "train";
  readonly validation: CrossValidation | null;
  readonly modelPath: string;
  readonly seconds: ReportData["seconds"];
  /** The weights after each epoch. */
  readonly layers: readonly LinearLayer[];
  readonly kernels: Kernels;
}

const shownMistakes = 12;

/** The report of a training run, as HTML. */
export function buildReport(result: RunResult): string {
  const { model, source, tested, logits, evaluation, evaluatedOn, validation, modelPath, seconds } = result;
  const { training, features, head } = model;
  const layer = model.layers.length > 0 ? model.layers[0] : null;
  const wrong = surestMistakes(result);
  return renderReport({
    source: training.source,
    target: training.target,
    created: new Date(),
    modelPath,
    command: ["sigmax", ...process.argv.slice(2).map(quote)].join(" "),
    version: training.version,
    evaluatedOn,
    trainRows: training.rows,
    parameterCount: layer ? layer.weights.length + layer.bias.length : 0,
    options: optionsInWords(training),
    status: training.status,
    seconds,
    history: curves(result),
    evaluation,
    weights: layer ? weightsByClass(layer, head) : null,
    columns: features.columns,
    image: features.image,
    mistakes: wrong.map((each) => mistakeOf(result, each)),
    ...(isTable(tested.data) && { rowColumns: tested.data.columns.map(({ name }) => name) }),
    pixelMax: source.scale ?? 1,
    fit: fitFigures(model),
    coefficients: reportedCoefficients(model),
    ranking: rankingCurves(logits, tested.labels, evaluation),
    reasons: reasonsFor(result, wrong),
    validation,
  });
}

/** A row of weights per class, as the report shows them. */
function weightsByClass(layer: AnyLayer, { asSoftmax }: Head): Float32Array | Float64Array {
  return isExact(layer) ? asSoftmax.expand(layer).weights : asSoftmax.expand(layer).weights;
}

function optionsInWords({ options, seed }: Classifier["training"]): ReportData["options"] {
  if (options.solver === "given") return [["scores", "another model's"]];
  const penalty = ["L2 penalty λ", String(options.l2)] as const;
  const classWeights = options.classWeights
    ? [["class weights", options.classWeights.map((weight) => weight.toPrecision(3)).join(", ")] as const]
    : [];
  if (options.solver === "sgd")
    return [
      ["solver", "sgd"],
      ["epochs", String(options.epochs)],
      ["batch", String(options.batch)],
      ["learning rate", String(options.learningRate)],
      ["momentum", String(options.momentum)],
      penalty,
      ...classWeights,
      ["seed", String(seed)],
    ];
  return [
    ["solver", options.solver],
    options.l1Ratio > 0 ? ["penalty λ", String(options.l2)] : penalty,
    ...(options.l1Ratio > 0 ? [["share of L1", String(options.l1Ratio)] as const] : []),
    ["penalty in", `${options.penaltyUnits} units`],
    ...classWeights,
    ["seed", String(seed)],
  ];
}

/** Training curves, and beside them the test rows measured with the weights after each epoch. */
function curves({ model, tested, evaluatedOn, layers, kernels }: RunResult): ReportData["history"] {
  return model.training.history.map((record, i) => {
    const point = { epoch: record.epoch, trainLoss: record.loss, trainAccuracy: record.accuracy };
    if (evaluatedOn === "train" || layers[i] === undefined) return point;
    const logits = createClassifier({ ...model, layers: [layers[i]] }, kernels).logits(tested.data);
    return {
      ...point,
      testLoss: logLoss(logits, tested.labels),
      testAccuracy: accuracy(logits, tested.labels),
    };
  });
}

/** A wrong row by its place among those tested. */
interface Wrong {
  readonly place: number;
  readonly predicted: number;
  readonly probabilities: readonly number[];
}

/** The wrong rows with the highest probability of the class that was predicted, highest first. */
function surestMistakes({ model, tested, logits }: RunResult): readonly Wrong[] {
  const { labels, data } = tested;
  const { values, columns: classes } = model.head.probabilities(logits);
  const wrong: { place: number; predicted: number; confidence: number }[] = [];
  for (let place = 0; place < data.rows; place++) {
    const start = place * classes;
    let predicted = 0;
    for (let k = 1; k < classes; k++) if (values[start + k] > values[start + predicted]) predicted = k;
    if (predicted !== labels.indices[place])
      wrong.push({ place, predicted, confidence: values[start + predicted] });
  }
  return wrong
    .toSorted((a, b) => b.confidence - a.confidence)
    .slice(0, shownMistakes)
    .map(({ place, predicted }) => ({
      place,
      predicted,
      probabilities: [...values.subarray(place * classes, (place + 1) * classes)],
    }));
}

function mistakeOf(
  { tested: { labels, data, places } }: RunResult,
  { place, predicted, probabilities }: Wrong,
): ReportData["mistakes"][number] {
  return {
    row: places?.[place] ?? place,
    label: labels.classes[labels.indices[place]],
    predicted: labels.classes[predicted],
    probabilities,
    values: isTable(data)
      ? data.columns.map((column) => cellAt(column, place))
      : [...data.values.subarray(place * data.columns, (place + 1) * data.columns)],
  };
}

/** An argument as a shell takes it. */
function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
