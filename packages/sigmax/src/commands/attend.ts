import { InputError, readModel } from "@sigmax/core";
import type { Matrix, Row, Table } from "@sigmax/core/data";
import { attentionOf, type CaseAttention, type Removal } from "@sigmax/core/inference";
import { percent, printJson, printLines, table } from "../output.ts";
import { readBytes } from "../sources/files.ts";
import { isTablePath, openRows } from "../sources/open.ts";
import { cellAt, isTable } from "../sources/source.ts";
import { checkWritable, isOneOf, writeFileWhole } from "../write.ts";
import type { AttendFlags } from "./attend.flags.ts";
import { hasAttention, signed, standInOf, unchangedOf, verdictOf } from "./attention-words.ts";
import { matchRows, readingFor } from "./match.ts";
import { takeAny } from "./rows.ts";

/** From no attention to the most of all tokens. */
const shades = [" ", "░", "▒", "▓", "█"];
/** So many tokens of a table are listed. */
const mostListed = 12;

/** Shows the attention of one row: in the terminal, as JSON, or on a page. */
export async function attend(flags: AttendFlags, modelPath: string, sourceName: string): Promise<void> {
  const { row, out } = flags;
  if (out !== undefined) {
    await checkWritable(out);
    if (isOneOf(out, [modelPath, ...sourceName.split(",")]))
      throw new InputError(`--out: ${out} is what is read; give another name`);
  }
  const model = readModel((await readBytes(modelPath)).bytes, { where: modelPath });
  if (!hasAttention(model))
    throw new InputError(
      `attend: ${modelPath} is a model without attention; train one that has it: sigmax train … --body attention`,
    );
  const rows = await openRows(sourceName, isTablePath(sourceName) ? readingFor(model, flags) : {});
  const notes = matchRows(model, rows, modelPath);
  const part = rows.parts.find(({ name }) => name === "test") ?? rows.parts[0];
  const source = rows.parts.length > 1 ? `${sourceName}:${part.name}` : sourceName;
  if (row >= part.data.rows)
    throw new InputError(`--row: ${source} has the rows 0 to ${part.data.rows - 1}, got ${row}`);
  const one = takeAny(part.data, Uint32Array.of(row));
  const found = attentionOf(model, rowOf(one), {
    seed: flags.seed,
    ...(flags.class !== undefined && { class: flags.class }),
    ...(flags.remove !== undefined && { remove: flags.remove }),
  });
  if (out !== undefined) {
    const { renderAttended } = await import("../report/attended.ts");
    const values = isTable(one) ? null : Float64Array.from(one.values);
    await writeFileWhole(out, renderAttended({ model, found, row, source, values }));
  }
  if (flags.json) {
    printJson({ row, source, ...plain(found), notes, page: out ?? null });
    return;
  }
  printLines([
    `Row ${row} of ${source}: “${found.removal.class}”, ${percent(found.removal.probability)}`,
    "",
    ...mapLines(found),
    "",
    ...removalLines(found.removal),
    "",
    verdictOf(found.removal),
    ...notes,
    ...(out === undefined ? [] : ["", `Page  ${out}`]),
  ]);
}

function rowOf(one: Matrix | Table): Row | ArrayLike<number> {
  return isTable(one)
    ? Object.fromEntries(one.columns.map((column) => [column.name, cellAt(column, 0)]))
    : one.values;
}

/** The picture's tokens as shades where they lie; those of a table as bars, most attended first. */
function mapLines({ tokens, shares }: CaseAttention): string[] {
  const most = shares.reduce((a, b) => Math.max(a, b));
  if (tokens.grid === null) {
    const order = Array.from(shares, (_, t) => t).toSorted((a, b) => shares[b] - shares[a]);
    const bars = order
      .slice(0, mostListed)
      .map((t) => [
        tokens.names[t],
        percent(shares[t]),
        "█".repeat(Math.max(1, Math.round((20 * shares[t]) / most))),
      ]);
    const rest = order.length - bars.length;
    return [
      "Attention, through all blocks:",
      ...table([["token", "share", ""], ...bars], [1]).map((line) => `  ${line}`),
      ...(rest > 0 ? [`  and ${rest} more`] : []),
    ];
  }
  const { down, across } = tokens.grid;
  const wide = across === 1 ? 24 : 2;
  const lines = Array.from({ length: down }, (_, y) =>
    Array.from({ length: across }, (_each, x) => {
      const share = shares[y * across + x] / most;
      return shades[Math.min(shades.length - 1, Math.floor(share * shades.length))].repeat(wide);
    }).join(""),
  );
  const edge = "─".repeat(wide * across);
  return [
    `Attention, through all blocks: from none to █, ${percent(most)} of all`,
    `  ┌${edge}┐`,
    ...lines.map((line) => `  │${line}│`),
    `  └${edge}┘`,
  ];
}

function removalLines(removal: Removal): string[] {
  const { class: name, count, logOdds, most, least, random } = removal;
  const row = (what: string, change: number, note: string): string[] => [
    what,
    signed(change),
    signed(logOdds + change),
    note,
  ];
  return [
    `Log-odds of “${name}” without ${count} of the tokens (${standInOf(removal)}):`,
    ...table(
      [
        ["", "change", "log-odds", ""],
        ["as it is", "", signed(logOdds), ""],
        row("without the most attended", most.change, unchangedOf(removal, most)),
        row(
          "without random ones",
          random.change,
          `95 %: ${signed(random.range[0])} to ${signed(random.range[1])}`,
        ),
        row("without the least attended", least.change, unchangedOf(removal, least)),
      ],
      [1, 2],
    ).map((line) => `  ${line}`),
  ];
}

/** Arrays as JSON has them. */
function plain({ tokens, blocks, pooling, shares, removal }: CaseAttention): object {
  const own = ({ heads, weights }: CaseAttention["pooling"]): object => ({ heads, weights: [...weights] });
  return {
    tokens: tokens.names,
    grid: tokens.grid,
    shares: [...shares],
    pooling: own(pooling),
    blocks: blocks.map(own),
    removal,
    verdict: verdictOf(removal),
  };
}
