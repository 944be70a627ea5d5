import { InputError, version, type ClassifierParts } from "@sigmax/core";
import { roles, rowsWithRole, splitRows, type LedgerEntry } from "@sigmax/core/data";
import { softmaxHead } from "@sigmax/core/model";
import { openSource } from "../sources/open.ts";
import { isTable, type Source } from "../sources/source.ts";
import type { CalibrateFlags } from "./calibrate.flags.ts";
import { groupsBy } from "./spent-rows.ts";

/** Shares of rows with scores: to calibrate, to guarantee, to test. */
const usualShares = "0.5/0.25/0.25";

/**
 * A model whose inputs are another one's scores: the columns named, one per class or one of the second of two classes.
 *
 * @throws InputError when the columns are not there or not as many as the classes need
 */
export async function openScores(
  sourceName: string,
  flags: CalibrateFlags,
): Promise<{ source: Source; parts: ClassifierParts }> {
  const { logits, probabilities, target, classes: wanted, delimiter, decimal, by, group } = flags;
  if (logits && probabilities)
    throw new InputError("--logits and --probabilities: expected one of them, got both");
  const columns = logits ?? probabilities ?? [];
  if (target === undefined)
    throw new InputError(`${sourceName}: say which column holds the true class: --target <column>`);
  if (columns.includes(target))
    throw new InputError(`--target: "${target}" is a column of scores, expected that of the true class`);
  const carried = [...new Set([by, group])].filter((name) => name !== undefined && !isWord(name));
  const flag = logits ? "--logits" : "--probabilities";
  const source = await openSource(sourceName, {
    target,
    classes: wanted,
    features: columns,
    numeric: columns,
    carried: carried.filter((name) => name !== undefined),
    delimiter,
    decimal,
  }).catch((error: unknown) => {
    throw error instanceof InputError
      ? new InputError(error.message.replace(/--(features|numeric):/, `${flag}:`))
      : error;
  });
  const [{ data, labels }] = source.parts;
  if (!isTable(data)) throw new InputError(`${sourceName}: expected a table with columns of scores`);
  const { classes } = labels;
  if (columns.length !== classes.length && !(columns.length === 1 && classes.length === 2))
    throw new InputError(
      `${flag}: expected a column per class, ${classes.length} (${classes.join(", ")})${classes.length === 2 ? ", or one for the second" : ""}, got ${columns.length}; --classes names the classes`,
    );
  const gap = data.columns.find(
    (each) => columns.includes(each.name) && each.kind === "numeric" && each.missing,
  );
  if (gap !== undefined)
    throw new InputError(
      `${sourceName}: every row needs its scores, but column "${gap.name}" has missing values`,
    );
  const ledger = [await divide(source, flags)];
  const parts: ClassifierParts = {
    classes,
    features: {
      columns,
      image: null,
      scaling: {
        kind: "columns",
        center: new Float64Array(columns.length),
        scale: new Float64Array(columns.length).fill(1),
      },
      table: columns.map((name) => ({ kind: "numeric", name, hasMissing: false })),
    },
    body: null,
    layers: [],
    scores: logits ? "logits" : "probabilities",
    head: softmaxHead,
    training: {
      source: source.name,
      target,
      rows: data.rows,
      classRows: classes.map((_, k) => labels.indices.reduce((sum, own) => sum + (own === k ? 1 : 0), 0)),
      status: "given",
      seed: flags.seed,
      options: { solver: "given" },
      history: [],
      optimum: null,
      version,
    },
    inference: null,
    calibration: null,
    ledger,
  };
  return { source, parts };
}

/** What --by may say that is no column. */
function isWord(name: string): boolean {
  return name === "all" || name === "class";
}

async function divide(source: Source, flags: CalibrateFlags): Promise<LedgerEntry> {
  const [{ data, labels, sha256 }] = source.parts;
  const { split = usualShares, seed, group } = flags;
  const entry = { source: source.name, sha256: await sha256 };
  if (split === "none")
    return { ...entry, rowRoles: new Uint8Array(data.rows).fill(roles.indexOf("calibrate")) };
  const shares = split.split("/").map((share) => (share.trim() === "" ? Number.NaN : Number(share)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (
    shares.length !== 3 ||
    !(Math.abs(total - 1) < 1e-9) ||
    !(shares[0] > 0) ||
    !shares.every((s) => s >= 0)
  )
    throw new InputError(
      `--split: expected shares to calibrate/guarantee/test that sum to 1 (${usualShares}), or none; got ${split}`,
    );
  const [calibrate, guarantee, test] = shares;
  // `splitRows` gives its first share to training: here there is none, and calibration takes its place.
  const groups = group === undefined ? undefined : groupsBy("--group", { data }, group).indices;
  const rowRoles = splitRows(labels, { train: calibrate, guarantee, test }, { seed, groups });
  for (const row of rowsWithRole(rowRoles, "train")) rowRoles[row] = roles.indexOf("calibrate");
  return { ...entry, rowRoles };
}
