import { describe } from "../data/index.ts";
import { InputError } from "../errors/index.ts";

const forms = "{ features, labels }, { table, labels }, { rows, target } or { columns, target }";

/**
 * Training data as they come from JavaScript, or from `any`: what the types cannot hold is said before anything is read.
 *
 * @throws InputError when they are in none of the four forms
 */
export function checkForm(data: unknown): void {
  if (!isObject(data))
    throw new InputError(`fitClassifier: the data must be ${forms}, got ${describe(data)}`);
  const { features, table, rows, columns, labels, target } = data;
  if ("features" in data) {
    const isMatrix = isObject(features) && isView(features["values"]);
    need("features", features, isMatrix, "a matrix { rows, columns, values } over a typed array");
  } else if ("table" in data) {
    const isTable = isObject(table) && Array.isArray(table["columns"]);
    need("table", table, isTable, "a table { rows, columns }");
  } else if ("rows" in data)
    need("rows", rows, Array.isArray(rows), "a list of objects with a field per column");
  else if ("columns" in data) need("columns", columns, isObject(columns), "an object with a list per column");
  else {
    const given = Object.keys(data);
    const came = given.length === 0 ? "an empty object" : `an object of ${given.join(", ")}`;
    throw new InputError(`fitClassifier: the data must be ${forms}, got ${came}`);
  }
  if ("features" in data || "table" in data) {
    const isOfClasses = isObject(labels) && Array.isArray(labels["classes"]) && isView(labels["indices"]);
    const isOfSets = isObject(labels) && Array.isArray(labels["names"]) && isView(labels["values"]);
    const expected = "{ classes, indices } (labelsOf makes them of names) or { names, rows, values }";
    need("labels", labels, isOfClasses || isOfSets, expected);
  } else {
    const isName = typeof target === "string" || Array.isArray(target);
    need("target", target, isName, "the name of a column, or a list of names");
  }
}

function need(field: string, value: unknown, holds: boolean, expected: string): void {
  if (!holds) throw new InputError(`fitClassifier: ${field} must be ${expected}, got ${describe(value)}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isView(value: unknown): boolean {
  return ArrayBuffer.isView(value);
}
