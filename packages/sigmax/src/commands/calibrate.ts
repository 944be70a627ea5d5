import { evaluate, InputError, readModel, writeModel, type Classifier, type Evaluation } from "@sigmax/core";
import { chooseCalibrator, fitCalibrator, type CalibratorChoice } from "@sigmax/core/calibrate";
import { createKernels } from "@sigmax/core/kernels";
import { createClassifier } from "@sigmax/core/model";
import { figures } from "../figures.ts";
import { count, percent, printJson, printLines, table } from "../output.ts";
import { readBytes } from "../sources/files.ts";
import type { Source } from "../sources/source.ts";
import { stopwatch } from "../stopwatch.ts";
import { checkWritable, writeFileWhole } from "../write.ts";
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
import type { RowSet } from "./rows.ts";
import { groupsBy, rowsKept, usesOfSource } from "./spent-rows.ts";

/** Fits a calibrator and what is guaranteed, on rows that are spent on nothing else. */
export async function calibrate(flags: CalibrateFlags, first: string, second?: string): Promise<void> {
  const clock = stopwatch();
  const { model, source, modelPath } = await open(flags, first, second);
  const out =
    flags.out ?? `${modelPath.replace(/(\.calibrated)?\.sigmax$|\.[a-z]+(\.gz)?$/i, "")}.calibrated.sigmax`;
  await checkWritable(out);
  if (out === first || out === second)
    throw new InputError(`--out: ${out} is what is read; give another name`);

  const kept = await rowsKept(model, source, "calibrate");
  if (kept === null)
    throw new InputError(
      `${source.name}: no rows are kept to calibrate on; the model has used them so: ${await usesOfSource(model, source)}. Train with --split 0.7/0.1/0.1/0.1 to keep some, or give rows that the model has not seen`,
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
  const guaranteed = await guarantee(calibrated, source, flags);
  const saved = { ...calibrated, ledger: guaranteed.ledger, guarantees: guaranteed.guarantees };
  const fit = clock.lap();
  const test = await testRows(calibrated, source);
  const before = test && evaluate(calibrated.rawLogits(test.data), test.labels, { seed: flags.seed });
  const after = test && evaluate(calibrated.logits(test.data), test.labels, { seed: flags.seed });
  const sets = test && checkSets(calibrated, saved.guarantees, test);
  await writeFileWhole(out, writeModel(saved));
  const seconds = { load, fit, evaluate: clock.lap(), total: clock.total() };
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
      ...(before && after ? [...beforeAndAfter(before, after), ""] : []),
      ...(sets ? [...setsInWords(sets), ""] : []),
      ...(promises.length > 0
        ? ["Guaranteed:", ...promises.map((each) => `  ${each}`), `  ${assumption}`, ""]
        : []),
      ...guaranteed.notes,
      `Model  ${out}`,
    ]);
}

async function open(
  flags: CalibrateFlags,
  first: string,
  second: string | undefined,
): Promise<{ model: Classifier; source: Source; modelPath: string }> {
  if (flags.logits || flags.probabilities) {
    if (second !== undefined)
      throw new InputError(
        `with --logits or --probabilities the rows are the one argument, expected no model; got ${first} and ${second}`,
      );
    const { source, parts } = await openScores(first, flags);
    return { model: createClassifier(parts, createKernels()), source, modelPath: first };
  }
  if (second === undefined)
    throw new InputError(
      `calibrate: expected a model and the rows to calibrate it on, got ${first} alone; for the scores of another model name their columns: --logits or --probabilities`,
    );
  for (const flag of ["classes", "split"] as const)
    if (flags[flag] !== undefined)
      throw new InputError(`--${flag}: is for the scores of another model; ${first} has its own`);
  const model = readModel((await readBytes(first)).bytes, { where: first });
  const columns = [flags.by, flags.group].filter((name) => name !== undefined);
  const isCarried = (name: string): boolean =>
    name !== "all" && name !== "class" && !isOwnColumn(model, name);
  const { source } = await openForModel(model, first, second, {
    target: flags.target,
    delimiter: flags.delimiter,
    decimal: flags.decimal,
    kept: columns.filter(isCarried),
  });
  return { model, source, modelPath: first };
}

function isOwnColumn({ features }: Classifier, name: string): boolean {
  return features.table?.some((column) => column.name === name) ?? false;
}

/** On the rows kept for it, or another source; none where there are none. */
async function guarantee(model: Classifier, source: Source, flags: CalibrateFlags) {
  const other =
    flags.guarantee === undefined
      ? source
      : (
          await openForModel(model, "the model", flags.guarantee, {
            target: flags.target,
            delimiter: flags.delimiter,
            decimal: flags.decimal,
          })
        ).source;
  const kept = await rowsKept(model, other, "guarantee");
  if (kept === null || (flags.guarantee === undefined && kept.ledger !== model.ledger)) {
    if (flags.guarantee !== undefined || flags.targetRisk !== undefined)
      throw new InputError(
        `${other.name}: no rows are kept for guarantees; the model has used them so: ${await usesOfSource(model, other)}. Train with --split 0.7/0.1/0.1/0.1 to keep some, or name other rows: --guarantee <source>`,
      );
    return {
      guarantees: null,
      ledger: model.ledger,
      notes: ["Nothing is guaranteed: no rows were kept for that (--guarantee <source> names some)."],
    };
  }
  checkGroupsKept(source, kept.rows, flags.by);
  return { guarantees: fitGuarantees(model, kept.rows, other.name, flags), ledger: kept.ledger, notes: [] };
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

function beforeAndAfter(before: Evaluation, after: Evaluation): string[] {
  const line = (name: string, show: (each: Evaluation) => string): string[] => [
    name,
    show(before),
    show(after),
  ];
  return [
    `On ${count(after.rows)} test rows:`,
    ...table(
      [
        ["", "before", "calibrated"],
        line("accuracy", (each) => percent(each.accuracy)),
        line("log-loss", (each) => each.logLoss.toFixed(4)),
        line("Brier score", (each) => each.brier.toFixed(4)),
        line("calibration error", (each) => each.ece.toFixed(4)),
      ],
      [1, 2],
    ).map((text) => `  ${text}`),
  ];
}
