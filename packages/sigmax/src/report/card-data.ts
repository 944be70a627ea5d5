import type { Role } from "@sigmax/core/data";

/** What the rows of a report's figures were kept for; `new`: the model had not seen them; `all`: training rows among them. */
export type MeasuredOn = Role | "new" | "all";

/** What a model is, as it says itself. */
export interface ModelCard {
  /** With their shares of the measured rows. */
  readonly classes: readonly { readonly name: string; readonly share: number }[];
  /** The columns that the model takes, or the first of them. */
  readonly inputs: readonly { readonly name: string; readonly kind: string }[];
  readonly inputCount: number;
  /** Which rows of which source served for what. */
  readonly ledger: readonly { readonly source: string; readonly uses: string }[];
  readonly trainedOn: string;
  readonly trainedBy: string;
  readonly engine: string;
}
