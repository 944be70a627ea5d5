import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { fitClassifier, type FitOptions } from "./fit.ts";

const words = Array.from({ length: 60 }, (_, i) => `word${i}`);

/** Texts of three topics, each with words of its own; and labels that depend on words, the last one carried by none. */
function texts(rows = 300) {
  const generator = createGenerator(9);
  const topic = Array.from({ length: rows }, () => generator.below(3));
  const text = topic.map((k) =>
    Array.from(
      { length: 6 },
      () => words[generator.below(10) < 7 ? 20 * k + generator.below(20) : generator.below(60)],
    ).join(" "),
  );
  return {
    text,
    topic: topic.map((k) => ["sea", "sky", "land"][k]),
    labels: text.map((t) =>
      [...(t.includes("word1") ? ["one"] : []), ...(t.includes("word2") ? ["two"] : [])].join(";"),
    ),
  };
}

const { text, topic, labels } = texts();
const fitTopics = (options: FitOptions) =>
  fitClassifier({ columns: { text, topic }, target: "topic" }, { text: ["text"], ...options });

test("minibatches on texts come near the exact optimum, by softmax and by one sigmoid", async () => {
  const steps = { solver: "sgd", epochs: 60 } as const;
  const near = await fitTopics(steps);
  const exact = await fitTopics({});
  expect(near.training.status).toBe("completed");
  expect(near.training.options).toMatchObject({
    solver: "sgd",
    batch: 32,
    learningRate: 16,
    schedule: "cosine",
  });
  const two = topic.map((name) => (name === "sea" ? "sea" : "other"));
  const data = { columns: { text, topic: two }, target: "topic" };
  const nearTwo = await fitClassifier(data, { text: ["text"], ...steps });
  const exactTwo = await fitClassifier(data, { text: ["text"] });
  for (let row = 0; row < 40; row++) {
    const p = near.probabilities({ text: text[row] });
    const q = exact.probabilities({ text: text[row] });
    for (const name of ["sea", "sky", "land"]) expect(Math.abs(p[name] - q[name])).toBeLessThan(0.1);
    const a = nearTwo.probabilities({ text: text[row] });
    const b = exactTwo.probabilities({ text: text[row] });
    expect(Math.abs(a["sea"] - b["sea"])).toBeLessThan(0.1);
  }
});

test("several labels, of which one that no row carries stays a constant", async () => {
  const data = {
    columns: { text, one: labels.map((l) => Number(l.includes("one"))), never: labels.map(() => 0) },
    target: ["one", "never"],
  };
  const model = await fitClassifier(data, { text: ["text"], solver: "sgd" });
  const p = model.probabilities({ text: "word1 word1 word1" });
  expect(p["one"]).toBeGreaterThan(0.8);
  expect(p["never"]).toBeCloseTo(0.5 / 301, 6);
});

test("a run that goes on from a checkpoint has the bits of the undisturbed one", async () => {
  const options = { solver: "sgd", epochs: 4, classWeights: "balanced" } as const;
  const checkpoints: Checkpoint[] = [];
  const whole = await fitTopics({ ...options, onCheckpoint: (at) => void checkpoints.push(at) });
  const resumed = await fitTopics({ ...options, checkpoint: checkpoints[1] });
  expect(resumed.layers[0].weights).toEqual(whole.layers[0].weights);
  expect(resumed.layers[0].bias).toEqual(whole.layers[0].bias);
  expect(resumed.training.history).toEqual(whole.training.history);
  await expect(fitTopics({ ...options, epochs: 5, checkpoint: checkpoints[1] })).rejects.toThrow(
    "checkpoint: it is of another run: epochs was 4 there and is 5 here",
  );
});

test("what is not for texts is refused in a sentence", async () => {
  await expect(fitTopics({ solver: "sgd", momentum: 0.9 })).rejects.toThrow(
    "fitClassifier: momentum is for columns without texts, got 0.9; leave it out",
  );
  const columns = { text, a: labels.map(() => 1), b: labels.map(() => 0) };
  await expect(
    fitClassifier({ columns, target: ["a", "b"] }, { text: ["text"], solver: "sgd" }),
  ).rejects.toThrow("some label must be carried by some rows and not by others");
});
