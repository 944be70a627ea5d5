/** The few messages of an ONNX model that the benches need, in protobuf's encoding (onnx.proto, field by field). */

const varint = (n) => (n < 128 ? [n] : [(n % 128) + 128, ...varint(Math.floor(n / 128))]);
const integer = (field, n) => [...varint(field * 8), ...varint(n)];
const message = (field, ...parts) => {
  const content = parts.flat();
  return [...varint(field * 8 + 2), ...varint(content.length), ...content];
};
const text = (field, string) => message(field, [...new TextEncoder().encode(string)]);
const float = integer(1, 1);
const named = (field, name, dimensions) => {
  const shape = message(2, ...dimensions.map((n) => message(1, integer(1, n))));
  return message(field, text(1, name), message(2, message(1, float, shape)));
};

/** One operation. `attributes` are lists of whole numbers by name. */
export function node(operation, inputs, output, attributes = {}) {
  const lists = Object.entries(attributes).map(([name, numbers]) =>
    message(5, text(1, name), ...numbers.map((n) => integer(8, n)), integer(20, 7)),
  );
  return message(1, ...inputs.map((name) => text(1, name)), text(2, output), text(4, operation), ...lists);
}

/** A float32 scalar. */
export function constant(name, value) {
  const bytes = [...new Uint8Array(Float32Array.of(value).buffer)];
  return message(5, integer(2, 1), text(8, name), message(9, bytes));
}

/** A model of float32 tensors; inputs and outputs are dimensions by name. Opset 17. */
export function model(nodes, inputs, outputs, constants = []) {
  const tensors = (field, all) =>
    Object.entries(all).map(([name, dimensions]) => named(field, name, dimensions));
  const graph = message(
    7,
    ...nodes,
    text(2, "graph"),
    ...constants,
    ...tensors(11, inputs),
    ...tensors(12, outputs),
  );
  return Uint8Array.from([...integer(1, 8), ...graph, ...message(8, integer(2, 17))]);
}
