import asc from "assemblyscript/asc";

/** Eight sums that fit the registers, fed from the first-level cache: the most that 128-bit multiply and add can do. */
const source = `
export function run(turns: i32): f32 {
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  const x = v128.load(2048), y = v128.load(2064);
  for (let i = 0; i < turns; i++) {
    const at = (i & 7) << 4;
    let s = v128.load(at, 1024);
    a = f32x4.add(a, f32x4.mul(s, x)); b = f32x4.add(b, f32x4.mul(s, y));
    s = v128.load(at, 1152);
    c = f32x4.add(c, f32x4.mul(s, x)); d = f32x4.add(d, f32x4.mul(s, y));
    s = v128.load(at, 1280);
    e = f32x4.add(e, f32x4.mul(s, x)); f = f32x4.add(f, f32x4.mul(s, y));
    s = v128.load(at, 1408);
    g = f32x4.add(g, f32x4.mul(s, x)); h = f32x4.add(h, f32x4.mul(s, y));
  }
  a = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)));
  return f32x4.extract_lane(a, 0);
}`;

/** A function that measures, here and now, the operations per second of one core, in 10⁹: best of some short runs. */
export async function createArithmeticLimit() {
  let binary = new Uint8Array();
  const flags = ["--outFile", "limit.wasm", "-O3", "--noAssert", "--runtime", "stub", "--initialMemory", "1"];
  const { error, stderr } = await asc.main(["limit.ts", ...flags, "--enable", "simd"], {
    readFile: (name) => (name === "limit.ts" ? source : null),
    writeFile: (_name, contents) => void (binary = contents),
    listFiles: () => [],
  });
  if (error) throw new Error(stderr.toString());
  const imports = { env: { abort: () => undefined } };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), imports);
  const turns = 1_000_000;
  return () => {
    let best = 0;
    for (let i = 0; i < 10; i++) {
      const begun = performance.now();
      exports.run(turns);
      best = Math.max(best, (turns * 64) / (performance.now() - begun) / 1e6);
    }
    return best;
  };
}
