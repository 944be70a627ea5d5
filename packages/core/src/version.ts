/** The version of this package, as a model file records it; `test/package.test.ts` holds it equal to package.json. */
export const version = "0.1.0";
