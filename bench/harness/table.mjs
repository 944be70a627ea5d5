/** The answers as a Markdown table that is also readable as it stands. */
export function formatTable(rows) {
  const header = ["job", "ours", "peer", "ratio", "required", "met"];
  const lines = rows.map((row) => [
    row.busy ? `~ ${row.job}` : row.job,
    withUnit(row.ours, row.unit),
    row.peerName === null ? "" : `${withUnit(row.peer, row.unit)} ${row.peerName}`,
    row.ratio ? `${withSpread(row.ratio)}×` : "",
    row.required ? formatRequirement(row.required, row.unit) : "",
    row.required ? { true: "yes", false: "NO", null: "not measured" }[String(row.met)] : "",
  ]);
  const widths = header.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i].length)));
  const format = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  const table = [format(header), format(widths.map((width) => "-".repeat(width))), ...lines.map(format)];
  const note = "~ other work kept the machine busy during one of these runs: measure again when it is quiet";
  return [...table, ...(rows.some(({ busy }) => busy) ? ["", note] : [])].join("\n");
}

function formatRequirement({ what, atLeast, atMost }, unit) {
  const [sign, bound] = atLeast === undefined ? ["≤", atMost] : ["≥", atLeast];
  const limit = bound < 1e-3 ? bound.toExponential() : String(bound);
  if (what === "ratio") return `${sign} ${limit}×`;
  return `${sign} ${limit}${unit && ` ${unit}`}${what === "worst" ? " in every run" : ""}`;
}

function withUnit(spread, unit) {
  return spread ? `${withSpread(spread)}${unit && ` ${unit}`}` : "–";
}

function withSpread({ median, min, max }) {
  return `${number(median)} (${number(min)}–${number(max)})`;
}

/** Three significant digits: 0.0812, 8.12, 81.2, 812, 1.35e-6. */
function number(x) {
  const size = Math.abs(x);
  if (size >= 1000) return x.toFixed(0);
  return size > 0 && size < 1e-3 ? x.toExponential(2) : x.toPrecision(3);
}
