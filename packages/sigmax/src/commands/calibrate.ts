import { evaluate, InputError, readModel, writeModel, type Classifier } from "@sigmax/core";
import { chooseCalibrator, fitCalibrator, type CalibratorChoice } from "@sigmax/core/calibrate";
import { createKernels } from "@sigmax/core/kernels";
import { createClassifier } from "@sigmax/core/model";
import { figures } from "../figures.ts";
import { count, printJson, printLines, table } from "../output.ts";
import { readBytes } from "../sources/files.ts";
import type { Source } from "../sources/source.ts";
import { stopwatch } from "../stopwatch.ts";
import { checkWritable, isOneOf, writeFileWhole } from "../write.ts";
import { beforeAndAfter } from "./calibration-figures.ts";
import type { CalibrateFlags } from "./calibrate.flags.ts";
import { openScores } from "./given-scores.ts";
import {
  assumption,
  checkGroupsKept,
  checkSets,
  fitGuarantees,
  promisesOf,
  setsInWords,
} from "./guarantees.ts";
import { openForModel } from "./model-rows.ts";
import { reportPathOf, writeReport } from "./report-file.ts";
import type { RowSet } from "./rows.ts";
import { groupsBy, rowsKept, usesOfSource } from "./spent-rows.ts";

/** Fits a calibrator and what is guaranteed, on rows that are spent on nothing else. */
export async function calibrate(flags: CalibrateFlags, first: string, second?: string): Promise<void> {
  const clock = stopwatch();
  const isModel = second !== undefined && !flags.logits && !flags.probabilities;
  const known = isModel ? readModel((await readBytes(first)).bytes, { where: first }) : null;
  if (isModel && known?.head.isExclusive === false) {
    const { calibrateLabels } = await import("./calibrate-labels.ts");
    return calibrateLabels(flags, known, first, second);
  }
  if (flags.alpha !== undefined)
    throw new InputError(
      "--alpha: the share of missed labels is for models of several labels; for classes --coverage says what the sets promise",
    );
  const { model, source, modelPath } = await open(flags, known, first, second);
  const out =
    flags.out ?? `${modelPath.replace(/(\.calibrated)?\.sigmax$|\.[a-z]+(\.gz)?$/i, "")}.calibrated.sigmax`;
  await checkWritable(out);
  if (isOneOf(out, second === undefined ? [first] : [first, second]))
    throw new InputError(`--out: ${out} is what is read; give another name`);
  const reportPath = await reportPathOf(flags.report, out.replace(/(\.sigmax)?$/, ".html"), [
    out,
    first,
    ...(second === undefined ? [] : [second]),
  ]);

  const kept = await rowsKept(model, source, "calibrate");
  if (kept === null)
    throw new InputError(
      `${source.name}: no rows are kept to calibrate on; the model has used them so: ${await usesOfSource(model, source)}; train with --split 0.7/0.1/0.1/0.1 to keep some, or give rows that the model has not seen`,
    );
  const load = clock.lap();
  const { labels } = kept.rows;
  const raw = model.rawLogits(kept.rows.data);
  const choice = chooseCalibrator(raw, labels, {
    folds: flags.folds,
    seed: flags.seed,
    ...(flags.method !== "auto" && { methods: [flags.method] }),
    ...(flags.group !== undefined && { groups: groupsBy("--group", kept.rows, flags.group).indices }),
  });
  const calibrator = flags.method === "auto" ? choice.calibrator : fitCalibrator(flags.method, raw, labels);
  const calibrated = createClassifier(
    {
      ...model,
      calibration: {
        calibrator,
        source: source.name,
        rows: kept.rows.data.rows,
        reason: flags.method === "auto" ? choice.reason : `${flags.method} was asked for`,
      },
      ledger: kept.ledger,
    },
    createKernels(),
  );
  const guaranteed = await guarantee(calibrated, modelPath, source, flags);
  const saved = { ...calibrated, ledger: guaranteed.ledger, guarantees: guaranteed.guarantees };
  const fit = clock.lap();
  const test = await testRows(calibrated, source);
  const before = test && evaluate(calibrated.rawLogits(test.data), test.labels, { seed: flags.seed });
  const tested = test ?? kept.rows;
  const logits = calibrated.logits(tested.data);
  const evaluation = evaluate(logits, tested.labels, { seed: flags.seed });
  const after = test && evaluation;
  const sets = test && checkSets(calibrated, saved.guarantees, test);
  await writeFileWhole(out, writeModel(saved));
  const taken = { load, fit, evaluate: clock.lap() };
  await writeReport(reportPath, {
    model: calibrated,
    guarantees: saved.guarantees,
    source,
    tested,
    evaluatedOn: test ? "test" : "calibrate",
    logits,
    evaluation,
    modelPath: out,
    seconds: taken,
    candidates: choice.candidates,
  });
  const seconds = { ...taken, total: clock.total() };
  const promises = saved.guarantees ? promisesOf(saved.guarantees) : [];
  if (flags.json)
    printJson({
      classes: saved.classes,
      rows: kept.rows.data.rows,
      calibration: {
        kind: calibrator.kind,
        parameterCount: calibrator.parameterCount,
        numbers: numbersOf(calibrator),
        reason: saved.calibration?.reason,
        candidates: choice.candidates,
      },
      guarantees: saved.guarantees && {
        source: saved.guarantees.source,
        rows: saved.guarantees.rows,
        groupColumn: saved.guarantees.groupColumn,
        sets: saved.guarantees.sets,
        selective: saved.guarantees.selective,
        promises,
        assumption,
      },
      test: test &&
        before &&
        after && { before: figures(before, "test"), after: figures(after, "test"), sets },
      notes: guaranteed.notes,
      seconds,
      model: out,
      report: reportPath,
    });
  else if (!flags.quiet)
    printLines([
      ...(flags.classes || !(flags.logits ?? flags.probabilities)
        ? []
        : [`Classes, in this order: ${saved.classes.join(", ")}`, ""]),
      ...choiceInWords(choice, kept.rows.data.rows, source.name),
      "",
      `Taken: ${calibrator.kind}${calibrator.kind === "temperature" ? ` (T = ${(1 / calibrator.numbers.beta[0]).toFixed(4)})` : ""}`,
      `  ${saved.calibration?.reason}`,
      "",
      ...(before && after
        ? [`On ${count(after.rows)} test rows:`, ...beforeAndAfter(before, after), ""]
        : []),
      ...(sets ? [...setsInWords(sets), ""] : []),
      ...(promises.length > 0
        ? ["Guaranteed:", ...promises.map((each) => `  ${each}`), `  ${assumption}`, ""]
        : []),
      ...guaranteed.notes,
      `Model   ${out}`,
      ...(reportPath === null ? [] : [`Report  ${reportPath}`]),
    ]);
}

async function open(
  flags: CalibrateFlags,
  known: Classifier | null,
  first: string,
  second: string | undefined,
): Promise<{ model: Classifier; source: Source; modelPath: string }> {
  if (flags.logits || flags.probabilities) {
    if (second !== undefined)
      throw new InputError(
        `with --logits or --probabilities the rows are the one argument, expected no model; got ${first} and ${second}`,
      );
    const { source, parts } = await openScores(first, flags);
    const model = createClassifier(parts, createKernels());
    checkScores(model, source);
    return { model, source, modelPath: first };
  }
  if (second === undefined || known === null)
    throw new InputError(
      `calibrate: expected a model and the rows to calibrate it on, got ${first} alone; for the scores of another model name their columns: --logits or --probabilities`,
    );
  for (const flag of ["classes", "split"] as const)
    if (flags[flag] !== undefined)
      throw new InputError(`--${flag}: is for the scores of another model; ${first} has its own`);
  const { source } = await openForModel(known, first, second, {
    target: flags.target,
    delimiter: flags.delimiter,
    decimal: flags.decimal,
    kept: carriedFor(known, [flags.by, flags.group]),
  });
  return { model: known, source, modelPath: first };
}

/** @throws InputError when a row of the source holds no scores, which is said with its place there */
function checkScores(model: Classifier, { name, parts }: Source): void {
  try {
    for (const { data } of parts) model.rawLogits(data);
  } catch (error) {
    throw error instanceof InputError
      ? new InputError(`${name}: ${error.message.replace(/^classifier: /, "")}`)
      : error;
  }
}

/** Columns of groups that are read beside the model's own. */
function carriedFor({ features }: Classifier, columns: readonly (string | undefined)[]): string[] {
  const others = new Set(["all", "class", ...(features.table?.map(({ name }) => name) ?? [])]);
  return columns.filter((name) => name !== undefined).filter((name) => !others.has(name));
}

/** On the rows kept for it, or another source; none where there are none. */
async function guarantee(model: Classifier, modelPath: string, source: Source, flags: CalibrateFlags) {
  const other =
    flags.guarantee === undefined
      ? source
      : (
          await openForModel(model, modelPath, flags.guarantee, {
            target: flags.target,
            delimiter: flags.delimiter,
            decimal: flags.decimal,
            kept: carriedFor(model, [flags.by]),
          })
        ).source;
  const kept = await rowsKept(model, other, "guarantee");
  if (kept === null || (flags.guarantee === undefined && kept.ledger !== model.ledger)) {
    if (flags.guarantee !== undefined || flags.targetRisk !== undefined)
      throw new InputError(
        `${other.name}: no rows are kept for guarantees; the model has used them so: ${await usesOfSource(model, other)}; train with --split 0.7/0.1/0.1/0.1 to keep some, or name other rows: --guarantee <source>`,
      );
    return {
      guarantees: null,
      ledger: model.ledger,
      notes: ["Nothing is guaranteed: no rows were kept for that (--guarantee <source> names some)."],
    };
  }
  checkGroupsKept(source, kept.rows, flags.by);
  const guarantees = fitGuarantees(model, kept.rows, other.name, flags);
  const refused =
    guarantees.selective?.feasible === false ? [`Not guaranteed: ${guarantees.selective.sentence}.`] : [];
  return { guarantees, ledger: kept.ledger, notes: refused };
}

/** Those the model keeps to be measured on; null where there are none. */
async function testRows(model: Classifier, source: Source): Promise<RowSet | null> {
  const kept = await rowsKept(model, source, "test");
  return kept?.ledger === model.ledger ? kept.rows : null;
}

function numbersOf({ numbers }: CalibratorChoice["calibrator"]): Record<string, number[]> {
  return Object.fromEntries(Object.entries(numbers).map(([name, values]) => [name, [...values]]));
}

function choiceInWords({ candidates }: CalibratorChoice, rows: number, source: string): string[] {
  const orNothing = (value: number | null): string => (value === null ? "" : value.toFixed(4));
  return [
    `Calibrated on ${count(rows)} rows of ${source}, held-out figures of each method:`,
    ...table(
      [
        ["", "numbers", "log-loss", "std. error", "Brier score", ""],
        ...candidates.map((each) => [
          each.kind,
          String(each.parameterCount),
          orNothing(each.logLoss),
          orNothing(each.standardError),
          orNothing(each.brier),
          each.refusal === null ? "" : `not tried: ${each.refusal}`,
        ]),
      ],
      [1, 2, 3, 4],
    ).map((line) => `  ${line}`),
  ];
}
