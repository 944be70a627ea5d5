/** What else `--hidden` takes of an activation, beside its own name. */
const variants: Readonly<Record<string, string>> = {
  prelu: " (a slope for each unit) or 256:prelu-layer (one for all)",
  swish: " (β is 1) or 256:swish-learned (β for each unit, learned)",
  maxout: " (2 pieces) or 256:maxout3 and so on, up to 64",
};

/** How a hidden layer of 256 units with an activation is asked for, its variants with it. */
export function inLayers(name: string): string {
  return `--hidden 256:${name}${variants[name] ?? ""}`;
}
