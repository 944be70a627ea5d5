export { createTextEncoder, type TermOfText, type TextEncoder } from "./encoder.ts";
export { fitText, type TextFacts, type TextInput, type Texts } from "./fit.ts";
export { textSettings, usualHash, type TextOptions, type TextSettings } from "./settings.ts";
