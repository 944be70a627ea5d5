import { patchOrder, type Features, type LayerSettings } from "../model/index.ts";

/** What the tokens of a body of attention are. */
export interface TokenPlan {
  /** Of each token: "row 3", "patch 2, 5" (down, across, from 0), or a feature's name. */
  readonly names: readonly string[];
  /** The features that each is made of. */
  readonly features: readonly Uint32Array[];
  /** How they lie in the picture, down and across; null where they are no parts of one. */
  readonly grid: { readonly down: number; readonly across: number } | null;
}

/** @param layers of a body that begins with tokens */
export function openTokens(layers: readonly LayerSettings[], { columns, image }: Features): TokenPlan {
  const [first] = layers;
  if (first.kind === "patches") {
    const { height, width, patch } = first;
    const order = patchOrder(first);
    const [down, across] = [height / patch, width / patch];
    const size = patch * patch;
    const places = Array.from({ length: down * across }, (_, t) => t);
    return {
      names: places.map((t) => `patch ${Math.floor(t / across)}, ${t % across}`),
      features: places.map((t) => order.slice(t * size, (t + 1) * size)),
      grid: { down, across },
    };
  }
  const tokens = first.kind === "dense" ? (first.tokens ?? 1) : columns.length;
  const size = columns.length / tokens;
  return {
    names: tokens === columns.length ? columns : Array.from({ length: tokens }, (_, t) => `row ${t}`),
    features: Array.from({ length: tokens }, (_, t) =>
      Uint32Array.from({ length: size }, (_each, i) => t * size + i),
    ),
    grid: image !== null && first.kind === "dense" ? { down: tokens, across: 1 } : null,
  };
}
