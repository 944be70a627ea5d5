/** The answers as a Markdown table that is also readable as it stands. */
export function formatTable(rows) {
  const header = ["job", "ours", "peer", "ratio", "required", "met"];
  const lines = rows.map((row) => [
    row.job,
    withUnit(row.ours, row.unit),
    row.peerName === null ? "" : `${withUnit(row.peer, row.unit)} ${row.peerName}`,
    row.ratio ? `${withSpread(row.ratio)}×` : "",
    row.required ? formatRequirement(row.required, row.unit) : "",
    row.required ? { true: "yes", false: "NO", null: "not measured" }[String(row.met)] : "",
  ]);
  const widths = header.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i].length)));
  const format = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  return [format(header), format(widths.map((width) => "-".repeat(width))), ...lines.map(format)].join("\n");
}

function formatRequirement({ what, atLeast, atMost }, unit) {
  const [sign, limit] = atLeast === undefined ? ["≤", atMost] : ["≥", atLeast];
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
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size < 1e-3) return x.toExponential(2);
  return size >= 1000 ? x.toFixed(0) : x.toPrecision(3);
}
