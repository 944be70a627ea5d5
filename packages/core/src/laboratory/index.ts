export { headLaws, type HeadLaw, type LawOptions } from "./laws.ts";
export { headPractice, type HeadPractice } from "./practice.ts";
