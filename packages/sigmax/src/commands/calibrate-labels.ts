import { InputError, writeModel, type Classifier } from "@sigmax/core";
import type { Guarantees, SavedModel } from "@sigmax/core/artifact";
import { chooseLabelCalibrator, createCalibrator, type LabelCalibration } from "@sigmax/core/calibrate";
import { controlMissedLabels } from "@sigmax/core/conformal";
import type { LedgerEntry } from "@sigmax/core/data";
import { tuneLabelThresholds, type LabelThresholds } from "@sigmax/core/decide";
import { createKernels } from "@sigmax/core/kernels";
import { createClassifier } from "@sigmax/core/model";
import { count, printJson, printLines, table } from "../output.ts";
import { labelSetsAt, type LabelSource } from "../sources/label-source.ts";
import { stopwatch } from "../stopwatch.ts";
import { checkWritable, isOneOf, writeFileWhole } from "../write.ts";
import type { CalibrateFlags } from "./calibrate.flags.ts";
import { missedBy, missedInWords } from "./missed-labels.ts";
import { assumption } from "./guarantees.ts";
import { labelsInJson, measureLabels, writeLabelReport } from "./label-figures.ts";
import { openForLabels } from "./label-model.ts";
import { reportPathOf } from "./report-file.ts";
import { groupsBy, rowsKept, usesOfSource } from "./spent-rows.ts";

/** Calibrates every label, tunes its threshold, and controls the share of missed labels, each on rows kept for it. */
export async function calibrateLabels(
  flags: CalibrateFlags,
  model: SavedModel,
  modelPath: string,
  sourceName: string,
): Promise<void> {
  const clock = stopwatch();
  checkFlags(flags);
  const out =
    flags.out ?? `${modelPath.replace(/(\.calibrated)?\.sigmax$|\.[a-z]+(\.gz)?$/i, "")}.calibrated.sigmax`;
  await checkWritable(out);
  if (isOneOf(out, [modelPath, sourceName]))
    throw new InputError(`--out: ${out} is what is read; give another name`);
  const reportPath = await reportPathOf(flags.report, out.replace(/(\.sigmax)?$/, ".html"), [
    out,
    modelPath,
    sourceName,
  ]);
  const { target, delimiter, decimal, group } = flags;
  const reading = { target, delimiter, decimal, kept: group === undefined ? [] : [group] };
  const { source, notes } = await openForLabels(model, modelPath, sourceName, reading);
  const kept = await rowsKept(model, source, "calibrate");
  if (kept === null)
    throw new InputError(
      `${source.name}: no rows are kept to calibrate on; the model has used them so: ${await usesOfSource(model, source)}; train with --split 0.7/0.1/0.1/0.1 to keep some, or give rows that the model has not seen`,
    );
  const load = clock.lap();
  const { data, places } = kept.rows;
  const labelSets = labelSetsAt(source, places);
  const chosen = chooseLabelCalibrator(model.rawLogits(data), labelSets, {
    folds: flags.folds,
    seed: flags.seed,
    ...(group !== undefined && { groups: groupsBy("--group", kept.rows, group).indices }),
  });
  const isAsked = flags.method === "identity";
  const calibration = {
    calibrator: isAsked ? createCalibrator("identity", {}) : chosen.calibrator,
    source: source.name,
    rows: data.rows,
    reason: isAsked ? "identity was asked for" : chosen.reason,
  };
  const kernels = createKernels();
  const raw = createClassifier({ ...model, calibration, ledger: kept.ledger }, kernels);
  const tuned = tuneLabelThresholds(raw.predict(data), labelSets, { seed: flags.seed });
  const calibrated = createClassifier(
    { ...raw, calibration: { ...calibration, thresholds: tuned.thresholds } },
    kernels,
  );
  const promised = await promise(calibrated, modelPath, source, flags);
  const saved = { ...calibrated, ledger: promised.ledger, guarantees: promised.guarantees };
  const fit = clock.lap();
  const test = await rowsKept(calibrated, source, "test");
  const isTested = test?.ledger === calibrated.ledger;
  const tested = isTested ? test.rows : kept.rows;
  const testedSets = labelSetsAt(source, tested.places);
  const measured = measureLabels(calibrated, tested.data, testedSets, flags.seed);
  const missed = isTested ? missedBy(saved, calibrated.predict(tested.data), testedSets) : null;
  await writeFileWhole(out, writeModel(saved));
  const taken = { load, fit, evaluate: clock.lap() };
  await writeLabelReport(reportPath, {
    model: calibrated,
    guarantees: saved.guarantees,
    sourceName: source.name,
    labelSets: testedSets,
    evaluatedOn: isTested ? "test" : "calibrate",
    modelPath: out,
    warnings: chosen.notes,
    seconds: taken,
    ...measured,
  });
  const seconds = { ...taken, total: clock.total() };
  const found = saved.guarantees?.missedLabels ?? null;
  const { evaluation, uncalibrated } = measured;
  if (flags.json)
    printJson({
      classes: saved.classes,
      rows: data.rows,
      calibration: {
        kind: calibration.calibrator.kind,
        parameterCount: calibration.calibrator.parameterCount,
        numbers: Object.fromEntries(
          Object.entries(calibration.calibrator.numbers).map(([name, values]) => [name, [...values]]),
        ),
        reason: calibration.reason,
        candidates: chosen.candidates,
        notes: chosen.notes,
      },
      thresholds: { common: tuned.common, beta: tuned.beta, perLabel: tuned.perLabel },
      guarantees: saved.guarantees && {
        source: saved.guarantees.source,
        rows: saved.guarantees.rows,
        missedLabels: found,
        promises: found?.feasible ? [found.sentence] : [],
        assumption,
      },
      test: isTested
        ? {
            before: uncalibrated && labelsInJson(uncalibrated, "test"),
            after: labelsInJson(evaluation, "test"),
            missedLabels: missed,
          }
        : null,
      notes: [...notes, ...promised.notes],
      seconds,
      model: out,
      report: reportPath,
    });
  else if (!flags.quiet)
    printLines([
      ...choiceInWords(chosen, data.rows, source.name),
      "",
      `Taken: ${calibration.reason}`,
      ...chosen.notes.map((note) => `  ${note}`),
      "",
      ...thresholdsInWords(tuned),
      "",
      ...(isTested && uncalibrated
        ? [
            `On ${count(evaluation.rows)} test rows: log-loss ${uncalibrated.logLoss.toFixed(4)} before, ${evaluation.logLoss.toFixed(4)} after; micro F1 ${orDash(uncalibrated.micro.f1)} at ½, ${orDash(evaluation.micro.f1)} at these thresholds`,
            ...(missed ? [missedInWords(missed)] : []),
            "",
          ]
        : []),
      ...(found?.feasible ? ["Guaranteed:", `  ${found.sentence}`, `  ${assumption}`, ""] : []),
      ...notes,
      ...promised.notes,
      `Model   ${out}`,
      ...(reportPath === null ? [] : [`Report  ${reportPath}`]),
    ]);
}

/** @throws InputError when a flag is for classes that exclude each other */
function checkFlags({ method, by, targetRisk, classes, split }: CalibrateFlags): void {
  const given =
    method !== "auto" && method !== "identity"
      ? `method ${method}`
      : by !== "all"
        ? `by ${by}`
        : Object.entries({ "target-risk": targetRisk, classes, split }).find(
            ([, value]) => value !== undefined,
          )?.[0];
  if (given !== undefined)
    throw new InputError(
      `--${given}: this is for classes of which every row has exactly one, and the model gives several labels; leave it out`,
    );
}

/** On the rows kept for it, or another source; none where there are none, or none is wanted (--sets none). */
async function promise(
  model: Classifier,
  modelPath: string,
  source: LabelSource,
  { guarantee, sets, alpha, coverage, target, delimiter, decimal }: CalibrateFlags,
): Promise<{ guarantees: Guarantees | null; ledger: readonly LedgerEntry[]; notes: string[] }> {
  if (sets === "none") return { guarantees: null, ledger: model.ledger, notes: [] };
  const other =
    guarantee === undefined
      ? source
      : (await openForLabels(model, modelPath, guarantee, { target, delimiter, decimal })).source;
  const kept = await rowsKept(model, other, "guarantee");
  if (kept === null || (guarantee === undefined && kept.ledger !== model.ledger)) {
    if (guarantee !== undefined || alpha !== undefined)
      throw new InputError(
        `${other.name}: no rows are kept for guarantees; the model has used them so: ${await usesOfSource(model, other)}; train with --split 0.7/0.1/0.1/0.1 to keep some, or name other rows: --guarantee <source>`,
      );
    return {
      guarantees: null,
      ledger: model.ledger,
      notes: ["Nothing is guaranteed: no rows were kept for that (--guarantee <source> names some)."],
    };
  }
  const missedLabels = controlMissedLabels(
    model.predict(kept.rows.data),
    labelSetsAt(other, kept.rows.places),
    { alpha: alpha ?? Number((1 - coverage).toPrecision(12)) },
  );
  return {
    guarantees: {
      source: other.name,
      rows: kept.rows.data.rows,
      groupColumn: null,
      sets: null,
      selective: null,
      missedLabels,
    },
    ledger: kept.ledger,
    notes: missedLabels.feasible ? [] : [`Not guaranteed: ${missedLabels.sentence}`],
  };
}

function choiceInWords({ candidates }: LabelCalibration, rows: number, source: string): string[] {
  const orNothing = (value: number | null): string => (value === null ? "" : value.toFixed(4));
  return [
    `Calibrated on ${count(rows)} rows of ${source}, held-out figures:`,
    ...table(
      [
        ["", "penalty", "log-loss", "std. error"],
        ...candidates.map(({ kind, penalty, logLoss, standardError }) => [
          kind,
          penalty === null || penalty === Infinity ? "" : String(penalty),
          orNothing(logLoss),
          orNothing(standardError),
        ]),
      ],
      [1, 2, 3],
    ).map((line) => `  ${line}`),
  ];
}

/** More would scroll away what matters. */
const mostLines = 20;

function thresholdsInWords({ perLabel, common, beta }: LabelThresholds): string[] {
  const shown = perLabel.toSorted((a, b) => b.positives - a.positives).slice(0, mostLines);
  return [
    `A label is given from this probability on, for the best F${beta}; rare ones lean on the common threshold ${common.toFixed(3)}:`,
    ...table(
      [
        ["", "rows", "from", "95 % interval", `F${beta} expected`],
        ...shown.map(({ label, positives, threshold, interval, expected }) => [
          label,
          count(positives),
          threshold.toFixed(3),
          interval.map((end) => end.toFixed(3)).join(" to "),
          expected.toFixed(3),
        ]),
      ],
      [1, 2, 4],
    ).map((line) => `  ${line}`),
    ...(perLabel.length > shown.length
      ? [`  … and ${count(perLabel.length - shown.length)} rarer ones, in --json and in the model`]
      : []),
  ];
}

function orDash(value: number | null): string {
  return value === null ? "–" : value.toFixed(4);
}
