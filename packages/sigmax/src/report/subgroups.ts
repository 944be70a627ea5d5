import type { ReportData } from "./data.ts";
import type { Figure, Subgroup, Subgroups } from "./decision-data.ts";
import { headsOf, section, tabular } from "./figure.ts";
import { count, decimal, decimalRange, level, percent, percentRange, signed } from "./format.ts";
import { html, nothing, type Html } from "./html.ts";

/** Groups with fewer rows say little. */
const fewRows = 30;

/** The figures of the rows of each value of a column. */
export function subgroups({ subgroups: found }: ReportData): Html {
  if (found.length === 0) return nothing;
  return groupByGroup(
    found.flatMap(({ groups }) => groups.map(({ rows }) => rows)),
    found.map(table),
  );
}

/** @param sizes rows of each group that is shown */
export function groupByGroup(sizes: readonly number[], tables: readonly Html[]): Html {
  const isSmall = sizes.some((rows) => rows < fewRows);
  return section(
    "subgroups",
    "Group by group",
    html`<p>
        A figure of all rows can hide a group that fares worse. Where intervals overlap, the difference may be
        chance; and of many groups one will look bad by chance
        alone.${isSmall ? ` Groups marked * have fewer than ${fewRows} rows: read them as a warning at most.` : ""}
      </p>
      ${tables}`,
  );
}

function table({ column, event, groups, confidence }: Subgroups): Html {
  const [first] = groups;
  const stated =
    event === null
      ? "the mean confidence less the share of right answers"
      : `the mean probability of ${event} less its share`;
  const more = [
    ...(first.coverage === null ? [] : ["In the set"]),
    ...(first.referred === null ? [] : ["Referred"]),
  ];
  return tabular(
    `Figures by ${column}`,
    headsOf(column, ["Rows", "Accuracy", "Log-loss", "Stated − true", ...more]),
    groups.map(line),
    html`Rows by <bdi>${column}</bdi>, with ${level(confidence)} intervals. “Stated − true” is ${stated}, in
      percentage points: above 0 the model says too much.`,
    { kind: "subgroups" },
  );
}

function line(group: Subgroup): Html {
  const { name, rows, accuracy, logLoss, gap, coverage, referred } = group;
  return html`<tr>
    ${nameOf(name, rows)} ${share(accuracy)} ${plain(logLoss)}
    <td class="number">
      ${signed(100 * gap.value, 1)}
      <span class="range">${signed(100 * gap.interval[0], 1)} to ${signed(100 * gap.interval[1], 1)}</span>
    </td>
    ${coverage === null ? nothing : share(coverage)} ${referred === null ? nothing : share(referred)}
  </tr>`;
}

/** A group's name and its rows. */
export function nameOf(name: string, rows: number): Html {
  return html`<th scope="row"><span>${name}${rows < fewRows ? " *" : ""}</span></th>
    <td class="number">${count(rows)}</td>`;
}

export function plain({ value, interval }: Figure): Html {
  return html`<td class="number">${decimal(value)} <span class="range">${decimalRange(interval)}</span></td>`;
}

export function share({ value, interval }: Figure): Html {
  return html`<td class="number">${percent(value)} <span class="range">${percentRange(interval)}</span></td>`;
}
