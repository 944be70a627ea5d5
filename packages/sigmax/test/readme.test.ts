import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { run } from "./run.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const readme = readFileSync(`${root}README.md`, "utf8");
const blocks = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code);

test("the README's quick start runs as it stands, and its comments hold", async () => {
  const checks = `
    import assert from "node:assert/strict";
    assert.deepEqual(model.classes, ["benign", "malignant"]);
    const { benign } = model.probabilities({ diameter: 12.9, texture: "smooth" });
    assert.equal(benign.toFixed(3), "0.827");
    assert.equal(readModel(bytes).probabilities({ diameter: 12.9, texture: "smooth" }).benign, benign);`;
  const outcome = await run(process.execPath, ["--input-type=module", "--eval", blocks[0] + checks], {
    folder: root,
  });
  expect(outcome).toEqual({ code: 0, signal: null, stdout: "", stderr: "" });
});

test("the names that the README imports are there", async () => {
  const [, parts] = blocks;
  const given = `
    import { fitClassifier, labelsOf, matrix } from "@sigmax/core";
    const features = matrix(Float64Array.of(1, 2, 3, 4), 4, 1);
    const labels = labelsOf(["a", "a", "b", "b"]);`;
  const outcome = await run(process.execPath, ["--input-type=module", "--eval", given + parts], {
    folder: root,
  });
  expect(outcome).toEqual({ code: 0, signal: null, stdout: "", stderr: "" });
});
