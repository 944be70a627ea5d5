import type { SavedModel } from "@sigmax/core/artifact";
import { roles, type Table, type Matrix, type TableColumn } from "@sigmax/core/data";
import { decideLabels, readLabelPolicy, type LabelDecisions, type LabelPolicy } from "@sigmax/core/decide";
import { count, printJson, printLines, printPieces, table } from "../output.ts";
import { isTablePath, openRows } from "../sources/open.ts";
import { cellAt } from "../sources/source.ts";
import { stopwatch } from "../stopwatch.ts";
import { writeFileWhole } from "../write.ts";
import { placesWanted } from "./cases.ts";
import type { DecideFlags } from "./decide.flags.ts";
import { keptColumns } from "./kept.ts";
import { refuseForLabels } from "./label-model.ts";
import { matchRows, readingFor } from "./match.ts";
import { readPolicyFile } from "./policy-file.ts";
import { labelsGiven } from "./predict-labels.ts";
import { columnsOfRows, keptOfRow, keptOutput, numberColumns } from "./predictions.ts";
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
  const { out, prevalence, readings, readerLog, explain, report, target } = flags;
  refuseForLabels({
    prevalence,
    readings,
    "reader-log": readerLog,
    explain,
    target,
    report: report === "none" ? undefined : report,
    intervals: flags.intervals === "none" ? undefined : flags.intervals,
  });
  const { value: policy, id } = await readPolicyFile(paths.policy, (json) =>
    readLabelPolicy(json, model.classes),
  );
  const source = await openRows(
    paths.source,
    isTablePath(paths.source) ? readingFor(model, flags, flags.keep) : {},
  );
  const notes = matchRows(model, source, paths.model, flags.keep);
  const part = source.parts.find(({ name }) => name === "test") ?? source.parts[0];
  const sha256 = await part.sha256;
  const rowRoles = model.ledger.find((entry) => entry.sha256 === sha256)?.rowRoles ?? null;
  const places = placesWanted(source.name, part.data.rows, rowRoles, flags.rows);
  const promise = model.guarantees?.missedLabels;
  const setFrom = promise?.feasible ? promise.threshold : null;
  const ids = { model: modelDigest, policy: id };
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
  const tally = createTally(policy);
  const pieces = function* (): Generator<string | Uint8Array> {
    yield write.begin();
    for (let first = 0; first < places.length; first += write.rowsAtOnce) {
      const own = places.subarray(first, first + write.rowsAtOnce);
      const decided = decideBlock(model, policy, part.data, own, setFrom);
      tally.add(decided.decisions);
      yield write.block(decisionRows(policy, kept, decided, ids));
    }
    yield write.end();
  };
  if (out === undefined) await printPieces(pieces());
  else await writeFileWhole(out, pieces());
  const seconds = { load, decide: clock.lap(), total: clock.total() };
  const counts = tally.counts();
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
      ids,
      notes: facts,
      seconds,
      model: paths.model,
      source: paths.source,
      decisions: out,
      report: null,
    });
  else if (!flags.quiet)
    printLines([
      `${count(counts.rows)} rows of ${source.name}: ${count(counts.referredRows)} go to a person, with ${count(counts.referredLabels)} labels in doubt`,
      ...table(
        [
          ["label", "given", "referred"],
          ...counts.perLabel.map(({ label, given, referred }) => [label, count(given), count(referred)]),
        ],
        [1, 2],
      ).map((line) => `  ${line}`),
      ...(counts.expectedCost === null ? [] : [`Expected cost of a row: ${counts.expectedCost.toFixed(4)}`]),
      ...(promise?.feasible ? [promise.sentence] : []),
      ...facts,
      `Decisions  ${out}`,
    ]);
}

interface DecidedBlock {
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

interface LabelCounts {
  readonly rows: number;
  readonly referredRows: number;
  readonly referredLabels: number;
  readonly perLabel: readonly { readonly label: string; readonly given: number; readonly referred: number }[];
  /** Mean over the rows; null for thresholds. */
  readonly expectedCost: number | null;
}

function createTally({ labels, costs }: LabelPolicy): {
  add(decisions: LabelDecisions): void;
  counts(): LabelCounts;
} {
  const given = labels.map(() => 0);
  const referred = labels.map(() => 0);
  let [rows, referredRows, referredLabels, cost] = [0, 0, 0, 0];
  let isKnown = costs !== null;
  return {
    add(decisions) {
      rows += decisions.rows;
      referredRows += decisions.referredRows;
      referredLabels += decisions.referredLabels;
      if (decisions.expectedCost === null) isKnown = false;
      else cost += decisions.rows * decisions.expectedCost;
      labels.forEach((_, k) => {
        given[k] += decisions.given[k];
        referred[k] += decisions.referred[k];
      });
    },
    counts: () => ({
      rows,
      referredRows,
      referredLabels,
      perLabel: labels.map((label, k) => ({ label, given: given[k], referred: referred[k] })),
      expectedCost: isKnown && rows > 0 ? cost / rows : null,
    }),
  };
}
