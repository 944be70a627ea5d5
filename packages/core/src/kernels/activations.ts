import type { ActivationKernels, ActivationRoom, ElementwiseActivation } from "./activation.ts";
import { binary } from "./activations-binary.generated.ts";
import { createLayout } from "./layout.ts";
import { compileModule, createOwnMemory, decodeBase64, instantiate, pageBytes } from "./webassembly.ts";

/** Numbers that are staged at a time: three such arrays stay in cache. */
const stageCount = 1 << 14;

/** The SIMD twin of `plainActivations`. Compiled here; the bits are the same in every engine. */
export function compileActivations(): ActivationKernels {
  const module = compileModule(decodeBase64(binary));
  const heapBase = instantiate(module, createOwnMemory(pageBytes)).heapBase();
  const stage = createRoom(module, heapBase, stageCount);
  return {
    value(activation, input, parameter, output) {
      for (let start = 0; start < input.length; start += stageCount) {
        const part = input.subarray(start, start + stageCount);
        stage.room.input.set(part);
        stage.value(activation, parameter, part.length);
        output.set(stage.room.output.subarray(0, part.length), start);
      }
    },
    gradient(activation, input, outputGradient, parameter, output) {
      for (let start = 0; start < input.length; start += stageCount) {
        const part = input.subarray(start, start + stageCount);
        stage.room.input.set(part);
        stage.room.outputGradient.set(outputGradient.subarray(start, start + stageCount));
        stage.gradient(activation, parameter, part.length);
        output.set(stage.room.inputGradient.subarray(0, part.length), start);
      }
    },
    createRoom: (count) => createRoom(module, heapBase, count).room,
  };
}

/** Room for `count` numbers, and the functions over the first of them. */
function createRoom(module: object, heapBase: number, count: number) {
  const layout = createLayout(heapBase);
  const [aAt, input, output, outputGradient, inputGradient] = [1, count, count, count, count].map((length) =>
    layout.take(length * 4),
  );
  const memory = createOwnMemory(layout.size());
  const kernels = instantiate(module, memory);
  const view = (at: number, length: number): Float32Array => new Float32Array(memory.buffer, at, length);
  const parameterAt = view(aAt, 1);
  const value = ({ code }: ElementwiseActivation, parameter: number, length: number): void => {
    parameterAt[0] = parameter;
    kernels.activateBlock(code, input, output, length, aAt, 0);
  };
  const gradient = ({ code }: ElementwiseActivation, parameter: number, length: number): void => {
    parameterAt[0] = parameter;
    kernels.activateGradientBlock(code, input, outputGradient, inputGradient, length, aAt, 0);
  };
  const room: ActivationRoom = {
    input: view(input, count),
    output: view(output, count),
    outputGradient: view(outputGradient, count),
    inputGradient: view(inputGradient, count),
    value: (activation, parameter) => value(activation, parameter, count),
    gradient: (activation, parameter) => gradient(activation, parameter, count),
  };
  return { room, value, gradient };
}
