import { InputError } from "@sigmax/core";
import type { SavedModel } from "@sigmax/core/artifact";
import {
  roles,
  takeLabelRows,
  type LabelSets,
  type Matrix,
  type Table,
  type TableColumn,
} from "@sigmax/core/data";
import { decideLabels, readLabelPolicy, type LabelDecisions, type LabelPolicy } from "@sigmax/core/decide";
import { count, percent, printJson, printLines, printPieces } from "../output.ts";
import { columnsOf, knownLabels } from "../sources/label-source.ts";
import { isTablePath, openRows } from "../sources/open.ts";
import { cellAt, isTable } from "../sources/source.ts";
import { stopwatch } from "../stopwatch.ts";
import { writeFileWhole } from "../write.ts";
import { placesWanted } from "./cases.ts";
import type { DecideFlags } from "./decide.flags.ts";
import { isFresh } from "./decision-tally.ts";
import { keptColumns } from "./kept.ts";
import { createLabelTally, labelDecisionsInWords } from "./label-decision-tally.ts";
import { measureLabels, writeLabelReport } from "./label-figures.ts";
import { refuseForLabels, targetsOf } from "./label-model.ts";
import { matchRows, readingFor } from "./match.ts";
import { readPolicyFile } from "./policy-file.ts";
import { labelsGiven } from "./predict-labels.ts";
import { columnsOfRows, keptOfRow, keptOutput, numberColumns } from "./predictions.ts";
import { reportPathOf } from "./report-file.ts";
import { rowWriter, type OutputColumn, type OutputRows } from "./row-writer.ts";
import { takeAny } from "./rows.ts";

/** Gives, leaves or refers every label of every row, as a policy for labels says. */
export async function decideLabelRows(
  flags: DecideFlags,
  model: SavedModel,
  modelDigest: string,
  paths: { readonly model: string; readonly policy: string; readonly source: string },
): Promise<void> {
  const clock = stopwatch();
  const { out, prevalence, readings, readerLog, explain, seed } = flags;
  refuseForLabels({
    prevalence,
    readings,
    "reader-log": readerLog,
    intervals: flags.intervals === "none" ? undefined : flags.intervals,
  });
  const { value: policy, id } = await readPolicyFile(paths.policy, (json) =>
    readLabelPolicy(json, model.classes),
  );
  const files = [...Object.values(paths), ...(out === undefined ? [] : [out])];
  const report = await reportPathOf(flags.report, null, files);
  const targets = targetsOf(model, flags.target);
  const aside = [...(flags.keep ?? []), ...columnsOf(targets)];
  const source = await openRows(
    paths.source,
    isTablePath(paths.source) ? readingFor(model, flags, aside) : {},
  );
  const part = source.parts.find(({ name }) => name === "test") ?? source.parts[0];
  const sha256 = await part.sha256;
  const rowRoles = model.ledger.find((entry) => entry.sha256 === sha256)?.rowRoles ?? null;
  const places = placesWanted(source.name, part.data.rows, rowRoles, flags.rows);
  const known = isTable(part.data) ? knownLabels(source.name, part.data, targets) : null;
  const notes = [...matchRows(model, source, paths.model, aside), ...(known?.labelNotes ?? [])];
  const judged = known ? places.filter((place) => isFresh({ rowRoles }, place)) : new Uint32Array(0);
  if (judged.length === 0 && (report !== null || flags.target !== undefined))
    throw new InputError(
      `--${report === null ? "target" : "report"}: needs rows with known labels that the model has not been fitted on, and ${source.name} has none here; name the column with the labels (--target), or leave it out`,
    );
  const promise = model.guarantees?.missedLabels;
  const setFrom = promise?.feasible ? promise.threshold : null;
  const ids = { model: modelDigest, policy: id };
  if (explain !== undefined) {
    if (explain >= part.data.rows)
      throw new InputError(
        `--explain: ${source.name} has the rows 0 to ${part.data.rows - 1}, got ${explain}`,
      );
    const decided = decideBlock(model, policy, part.data, Uint32Array.of(explain), setFrom);
    const carried = known && labelsCarried(known.labelSets, explain);
    const facts = { carried, promise: promise?.feasible ? promise.sentence : null, ids };
    if (flags.json)
      printJson({
        ...decided.decisions.decisionAt(0),
        row: explain,
        labelSet: decided.sets?.[0] ?? null,
        ...facts,
      });
    else printLines(caseInWords(source.name, explain, decided, facts));
    return;
  }
  const kept = keptColumns(
    source.name,
    part.data,
    flags.keep ?? [],
    /\.jsonl$/i.test(out ?? "") ? [...fields] : ownColumns(policy, setFrom !== null).map(({ name }) => name),
    "decisions",
  );
  const write = await rowWriter(out ?? "", [
    { name: "row", kind: "number", isOptional: false },
    ...keptOutput(kept),
    ...ownColumns(policy, setFrom !== null).slice(1),
  ]);
  const load = clock.lap();
  const tally = createLabelTally(policy, kept, judged, known && takeLabelRows(known.labelSets, judged));
  const pieces = function* (): Generator<string | Uint8Array> {
    yield write.begin();
    for (let first = 0; first < places.length; first += write.rowsAtOnce) {
      const own = places.subarray(first, first + write.rowsAtOnce);
      const decided = decideBlock(model, policy, part.data, own, setFrom);
      tally.add(decided);
      yield write.block(decisionRows(policy, kept, decided, ids));
    }
    yield write.end();
  };
  if (out === undefined) await printPieces(pieces());
  else await writeFileWhole(out, pieces());
  const decide = clock.lap();
  const counts = tally.counts();
  const measuredOn = rowRoles === null ? "new" : "test";
  const measured = tally.measure(seed);
  if (report !== null && known && measured) {
    const data = takeAny(part.data, judged);
    const labelSets = takeLabelRows(known.labelSets, judged);
    await writeLabelReport(report, {
      ...measureLabels(model, data, labelSets, seed, policy.giveFrom),
      model,
      guarantees: model.guarantees,
      sourceName: source.name,
      labelSets,
      evaluatedOn: measuredOn,
      modelPath: paths.model,
      warnings: [],
      seconds: { load, evaluate: clock.lap() },
      ...(measured.costs && { costs: measured.costs }),
      decided: { ...counts, ...measured, shown: tally.shown(), idColumns: kept.map(({ name }) => name) },
    });
  }
  const seconds = { load, decide, measure: clock.lap(), total: clock.total() };
  const learned = rowRoles === null ? 0 : places.filter((row) => roles[rowRoles[row]] === "train").length;
  const facts = [
    ...(learned > 0
      ? [
          `${count(learned)} of these rows are training rows: the model knows them, so new ones will be less clear.`,
        ]
      : []),
    ...notes,
  ];
  if (out === undefined) for (const note of facts) process.stderr.write(`${note}\n`);
  else if (flags.json)
    printJson({
      ...counts,
      classes: policy.labels,
      promises: promise?.feasible ? [promise.sentence] : [],
      measured: measured && { measuredOn, ...measured },
      ids,
      notes: facts,
      seconds,
      model: paths.model,
      source: paths.source,
      decisions: out,
      report,
    });
  else if (!flags.quiet)
    printLines([
      ...labelDecisionsInWords(source.name, counts, measured, measuredOn),
      ...(promise?.feasible ? [promise.sentence] : []),
      ...facts,
      `Decisions  ${out}`,
      ...(report === null ? [] : [`Report     ${report}`]),
    ]);
}

/** What was decided of some rows, and where they stand in the source. */
export interface DecidedBlock {
  readonly places: Uint32Array;
  readonly decisions: LabelDecisions;
  readonly values: Float64Array;
  /** The labels of the set that the promise is about; null where nothing is promised. */
  readonly sets: readonly string[][] | null;
}

function decideBlock(
  model: SavedModel,
  policy: LabelPolicy,
  data: Matrix | Table,
  places: Uint32Array,
  setFrom: number | null,
): DecidedBlock {
  const probabilities = model.predict(takeAny(data, places));
  const { values } = probabilities;
  return {
    places,
    values,
    decisions: decideLabels(policy, { probabilities, labels: model.classes }),
    sets:
      setFrom === null
        ? null
        : labelsGiven(policy.labels, values, new Float64Array(policy.labels.length).fill(setFrom)),
  };
}

function labelsCarried({ names, values }: LabelSets, row: number): string[] {
  return names.filter((_name, k) => values[row * names.length + k] === 1);
}

/** One case as a person would want to read it: what was decided first, why, and what is promised. */
function caseInWords(
  name: string,
  row: number,
  { decisions, sets }: DecidedBlock,
  facts: {
    readonly carried: readonly string[] | null;
    readonly promise: string | null;
    readonly ids: { model: string; policy: string };
  },
): string[] {
  const { labels } = decisions.decisionAt(0);
  const given = labels.filter(({ action }) => action === "give");
  const doubts = labels.filter(({ action }) => action === "refer");
  const listed = (named: readonly string[]): string => named.join(", ") || "none";
  return [
    `Row ${row} of ${name}`,
    "",
    `Given: ${listed(given.map(({ label, probability }) => `${label} (${percent(probability)})`))}`,
    ...(doubts.length === 0 ? ["Nothing is referred."] : ["Referred to a person:"]),
    ...doubts.map(
      ({ label, probability, reasons }) =>
        `  ${label} (${percent(probability)}): ${reasons.map(({ sentence }) => sentence).join("; ")}`,
    ),
    `Left: the other ${count(labels.length - given.length - doubts.length)}`,
    ...(sets ? ["", `Set that is promised: ${listed(sets[0])}`] : []),
    ...(facts.promise === null ? [] : [facts.promise]),
    ...(facts.carried === null ? [] : ["", `The labels of this row are known: ${listed(facts.carried)}.`]),
    "",
    `Decided by model ${facts.ids.model}, policy ${facts.ids.policy}; predict --explain ${row} names what spoke for each label.`,
  ];
}

/** What JSON lines call their fields beside the columns kept. */
const fields = ["row", "given", "referred", "labels", "labelSet", "ids"] as const;

function ownColumns({ labels }: LabelPolicy, hasSets: boolean): OutputColumn[] {
  const text = (name: string): OutputColumn => ({ name, kind: "text", isOptional: false });
  return [
    { name: "row", kind: "number", isOptional: false },
    text("labels"),
    text("referred"),
    text("reasons"),
    ...numberColumns("probability", labels, false),
    ...(hasSets ? [text("set")] : []),
  ];
}

function decisionRows(
  { labels }: LabelPolicy,
  kept: readonly TableColumn[],
  { places, decisions, values, sets }: DecidedBlock,
  ids: object,
): OutputRows {
  const rows = Array.from(places, (_, i) => decisions.decisionAt(i));
  return {
    rows: rows.length,
    columns: () => [
      places,
      ...kept.map((column) => Array.from(places, (place) => cellAt(column, place))),
      rows.map(({ given }) => given.join(";")),
      rows.map(({ referred }) => referred.join(";")),
      rows.map((row) =>
        [...new Set(row.labels.flatMap(({ reasons }) => reasons.map(({ code }) => code)))].join(";"),
      ),
      ...columnsOfRows(values, labels.length),
      ...(sets ? [sets.map((set) => set.join(";"))] : []),
    ],
    objectAt(i) {
      return {
        ...keptOfRow(kept, places[i]),
        ...rows[i],
        row: places[i],
        labelSet: sets?.[i] ?? null,
        ids,
      };
    },
  };
}
