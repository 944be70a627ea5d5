import { describe } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { placeOfClass } from "./check.ts";
import { objectOf } from "./objects.ts";
import { REFER, type CostColumn, type CostPolicy, type Doubt } from "./policy.ts";

const where = "readPolicy";

/** The part of `readPolicy` that reads costs, and the columns that hold costs of single rows. */
export function readCosts(
  costs: unknown,
  columns: unknown,
  classes: readonly string[],
  referWhen: readonly Doubt[],
): CostPolicy {
  const numbers = objectOf(where, costs, "costs");
  const names = columns === undefined ? {} : objectOf(where, columns, "costColumns");
  const found = [...new Set([...Object.keys(numbers), ...Object.keys(names)])];
  const acts = found.filter((name) => name !== REFER);
  if (acts.length === 0)
    throw new InputError(
      `${where}: costs must name at least one action besides "refer", as in {"treat": {"benign": 1, "malignant": 0}}`,
    );
  const actions = found.includes(REFER) ? [...acts, REFER] : acts;
  const costColumns = actions.flatMap((action, place) => readColumns(names[action], action, place, classes));
  const matrix = new Float64Array(actions.length * classes.length);
  for (const [place, action] of actions.entries()) {
    const fromColumns = costColumns.filter((column) => column.action === place);
    const own = readRow(numbers[action], action, classes, fromColumns, Object.hasOwn(numbers, action));
    matrix.set(own, place * classes.length);
  }
  return {
    kind: "costs",
    classes,
    actions,
    referral: actions.indexOf(REFER),
    referWhen,
    costs: matrix,
    costColumns,
  };
}

/** The costs of one action, class by class. */
function readRow(
  value: unknown,
  action: string,
  classes: readonly string[],
  fromColumns: readonly CostColumn[],
  given: boolean,
): Float64Array {
  if (typeof value === "number") {
    checkCost(value, `the cost of "${action}"`);
    return new Float64Array(classes.length).fill(value);
  }
  const byClass = given ? objectOf(where, value, `the cost of "${action}", if not a number,`) : {};
  const row = new Float64Array(classes.length).fill(Number.NaN);
  for (const [name, cost] of Object.entries(byClass)) {
    const place = placeOfClass(where, { classes }, name);
    checkCost(cost, `the cost of "${action}" for "${name}"`);
    row[place] = Number(cost);
  }
  const missing = classes.findIndex(
    (_, place) =>
      Number.isNaN(row[place]) &&
      !fromColumns.some((column) => column.class === null || column.class === place),
  );
  if (missing >= 0) throw new InputError(`${where}: "${action}" has no cost for class "${classes[missing]}"`);
  return row;
}

function readColumns(
  value: unknown,
  action: string,
  place: number,
  classes: readonly string[],
): readonly CostColumn[] {
  if (value === undefined) return [];
  if (typeof value === "string") return [{ action: place, class: null, column: value }];
  return Object.entries(objectOf(where, value, `the column of "${action}", if not a name,`)).map(
    ([name, column]) => {
      if (typeof column !== "string")
        throw new InputError(
          `${where}: the cost column of "${action}" for "${name}" must be a name, got ${describe(column)}`,
        );
      return { action: place, class: placeOfClass(where, { classes }, name), column };
    },
  );
}

function checkCost(value: unknown, what: string): void {
  if (typeof value !== "number" || !(value >= 0 && value < Infinity))
    throw new InputError(`${where}: ${what} must be a finite number ≥ 0, got ${describe(value)}`);
}
