import type { Classifier, Evaluation, Logits } from "@sigmax/core";
import type { Guarantees } from "@sigmax/core/artifact";
import type { Candidate } from "@sigmax/core/calibrate";
import type { StrategyCost } from "@sigmax/core/decide";
import type { CrossValidation } from "@sigmax/core/evaluate";
import type { Kernels } from "@sigmax/core/kernels";
import { isExact, type AnyLayer, type Head, takesTexts } from "@sigmax/core/model";
import type { Compared } from "../commands/against.ts";
import type { Snapshot } from "../commands/snapshots.ts";
import type { RowSet } from "../commands/rows.ts";
import { isTable, type Source } from "../sources/source.ts";
import { benefitOf, selectionOf } from "./build-choices.ts";
import { calibrationFigures } from "./build-calibration.ts";
import { cardOf } from "./build-card.ts";
import { referredRows, type Decided } from "./build-decisions.ts";
import { setFigures, setsOfRows } from "./build-sets.ts";
import { subgroupsOf } from "./build-subgroups.ts";
import type { MeasuredOn } from "./card-data.ts";
import type { ReportData } from "./data.ts";
import { epochCurves } from "./epoch-curves.ts";
import { keptEpoch, validationRows } from "./kept-epoch.ts";
import { reasonsFor } from "./explain.ts";
import { fitFigures, reportedCoefficients } from "./fit-figures.ts";
import { mistakeOf, surestMistakes } from "./mistaken-rows.ts";
import { networkFigures } from "./network-figures.ts";
import { optionsInWords } from "./options.ts";
import { rankingCurves } from "./ranking-curves.ts";
import { renderReport } from "./render.ts";

/** A model, the rows that say what it is worth, and what the command that asks for a report knows besides. */
export interface Reported {
  readonly model: Classifier;
  readonly guarantees: Guarantees | null;
  readonly source: Pick<Source, "name" | "scale">;
  readonly tested: RowSet;
  readonly evaluatedOn: MeasuredOn;
  readonly logits: Logits;
  readonly evaluation: Evaluation;
  readonly modelPath: string;
  readonly seconds: ReportData["seconds"];
  /** Of a run that trained. */
  readonly trained?: Trained;
  /** Of a run that chose a calibrator: what it chose from. */
  readonly candidates?: readonly Candidate[];
  /** Of a run that decided. */
  readonly decided?: Decided;
  /** What a policy costs on these rows and simpler ones, the policy first. */
  readonly costs?: readonly StrategyCost[];
  /** The column whose values divide the rows. Default: that of the guarantees, else those with few names. */
  readonly by?: string;
  /** Another model on the same rows. */
  readonly compared?: Compared;
}

/** What training leaves behind for its report. */
export interface Trained {
  readonly validation: CrossValidation | null;
  readonly warnings: readonly string[];
  /** The parameters after each epoch; holes where none were kept. */
  readonly snapshots: readonly Snapshot[];
  readonly kernels: Kernels;
}

/** The report of a model on some rows, as HTML. */
export function buildReport(result: Reported): string {
  const { model, guarantees, source, tested, logits, evaluation, evaluatedOn, trained, decided } = result;
  const { training, features, head } = model;
  const { labels } = tested;
  const layer = model.layers.length > 0 ? model.layers[0] : null;
  const probabilities = head.probabilities(logits, trained?.kernels);
  const wrong = surestMistakes(probabilities, labels);
  const checked = evaluatedOn === "guarantee" ? null : guarantees; // on the very rows they come from, promises look kept
  const sets = setsOfRows(model, checked, tested);
  const own = networkFigures(model);
  return renderReport({
    source: source.name,
    target: training.target,
    created: new Date(),
    modelPath: result.modelPath,
    command: commandLine(),
    version: training.version,
    evaluatedOn,
    trainRows: training.rows,
    validationRows: validationRows(model),
    warnings: trained?.warnings ?? [],
    parameterCount:
      (layer ? layer.weights.length + layer.bias.length : 0) + (model.body?.parameters.length ?? 0),
    options: optionsInWords(training),
    status: training.status,
    seconds: result.seconds,
    history: epochCurves(result),
    keptEpoch: training.history.some(({ validationLoss }) => validationLoss !== undefined)
      ? (keptEpoch(training.history)?.epoch ?? null)
      : null,
    evaluation,
    weights: layer && model.body === null && !takesTexts(model) ? weightsByClass(layer, head) : null,
    columns: features.columns,
    image: features.image,
    mistakes: wrong.map((each) => mistakeOf(tested, each)),
    ...(isTable(tested.data) && { rowColumns: tested.data.columns.map(({ name }) => name) }),
    pixelMax: source.scale ?? 1,
    fit: fitFigures(model),
    coefficients: reportedCoefficients(model),
    ranking: rankingCurves(logits, labels, evaluation),
    reasons: reasonsFor(result, wrong),
    validation: trained?.validation ?? null,
    calibration: trained ? null : calibrationFigures(result, probabilities),
    sets: sets && checked && setFigures(sets, checked, labels),
    selection: selectionOf(probabilities, labels, checked),
    benefit: benefitOf(probabilities, labels, evaluation),
    costs: result.costs ?? null,
    referred: decided ? referredRows(decided) : null,
    promises: guarantees,
    subgroups: subgroupsOf(result, probabilities, sets),
    card: cardOf(model, labels),
    ...(result.compared && { compared: result.compared }),
    ...(own && { network: own }),
  });
}

/** A row of weights per class, as the report shows them. */
function weightsByClass(layer: AnyLayer, { asSoftmax }: Head): Float32Array | Float64Array {
  if (asSoftmax === null) return layer.weights;
  return isExact(layer) ? asSoftmax.expand(layer).weights : asSoftmax.expand(layer).weights;
}

export { optionsInWords };

/** What was typed to make this. */
export function commandLine(): string {
  return ["sigmax", ...process.argv.slice(2).map(quote)].join(" ");
}

/** An argument as a shell takes it. */
function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
