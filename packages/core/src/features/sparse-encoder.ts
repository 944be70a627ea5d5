import { createSparseRows, type Row, type SparseMatrix, type Table } from "../data/index.ts";
import { columnsOf, createEncoder, isCategory, refuseAbsent, refuseCell } from "./encoder.ts";
import { featureCount, textsOf, type DenseInput, type InputColumn } from "./encoding.ts";
import type { ColumnScaling } from "./scaling.ts";
import { createTextEncoder, type TermOfText, type TextInput } from "./text/index.ts";

/** Turns rows into the sparse features that `fitEncoding` describes, where some columns are of texts. */
export interface SparseEncoder {
  /** Features per row. */
  readonly width: number;
  /**
   * One row, its fields found by name; fields that are no columns of the model are left aside.
   *
   * @throws InputError when a column is not there, or its value is none that it can have
   */
  encodeRow(row: Row): SparseMatrix;
  /**
   * What encodes the rows [first, first + rows) of a table. Its columns are found by name, in any order, others
   * left aside.
   *
   * @throws InputError when a column is not there, or has texts where the model takes numbers
   */
  openTable(input: Table): (first: number, rows: number) => SparseMatrix;
  /** The terms of one row of a table that have a feature, column by column. Throws as `openTable` does. */
  termsOf(input: Table, row: number): RowTerms[];
}

/** The terms that a row has in one column; `feature` counts from the first feature of the row. */
export interface RowTerms {
  readonly name: string;
  readonly terms: readonly TermOfText[];
}

/**
 * An encoder of columns that `fitEncoding` gave: first the features of numbers and categories as `createEncoder`
 * makes them, those of `scaling`, then the terms of each column of texts. Zeros are left out.
 */
export function createSparseEncoder(columns: readonly InputColumn[], scaling: ColumnScaling): SparseEncoder {
  const dense = columns.filter((column): column is DenseInput => column.kind !== "text");
  const denseEncoder = createEncoder(dense, scaling);
  let width = denseEncoder.width;
  const texts = columns
    .filter((column): column is TextInput => column.kind === "text")
    .map((input) => {
      const first = width;
      width += featureCount(input);
      return { input, first, encoder: createTextEncoder(input) };
    });
  const inputs = texts.map(({ input }) => input);

  return {
    width,
    encodeRow(row) {
      const output = createSparseRows();
      const numbers = new Float64Array(denseEncoder.width);
      denseEncoder.encodeRow(row, numbers);
      numbers.forEach((value, j) => output.put(j, value));
      for (const { input, first, encoder } of texts)
        encoder.encode(textIn(row, input.name, inputs), output, first);
      output.endRow();
      return output.take(width);
    },
    openTable(input) {
      const encodeDense = denseEncoder.openTable(input);
      const found = columnsOf(input, inputs).map(textsOf);
      return (first, rows) => {
        const output = createSparseRows(rows);
        const numbers = new Float64Array(denseEncoder.width);
        for (let row = first; row < first + rows; row++) {
          encodeDense(row, 1, numbers);
          for (let j = 0; j < numbers.length; j++) output.put(j, numbers[j]);
          for (let i = 0; i < texts.length; i++)
            texts[i].encoder.encode(found[i].at(row) ?? "", output, texts[i].first);
          output.endRow();
        }
        return output.take(width);
      };
    },
    termsOf(input, row) {
      const found = columnsOf(input, inputs).map(textsOf);
      return texts.map(({ input: { name }, first, encoder }, i) => ({
        name,
        terms: encoder
          .termsOf(found[i].at(row) ?? "")
          .map((term) => ({ ...term, feature: first + term.feature })),
      }));
    },
  };
}

function textIn(row: Row, name: string, inputs: readonly TextInput[]): string {
  const cell = row[name];
  if (cell === null || cell === undefined) {
    if (!(name in row)) refuseAbsent("row", inputs, (other) => other in row);
    return "";
  }
  if (!isCategory(cell)) refuseCell(name, "a text, a boolean or a finite number", cell);
  return String(cell);
}
