// Runs an ONNX model with and without per-node profiling, in turns, and prints what it saw as one line of JSON.
//   node measure.js FOLDER_OF_NODE_MODULES MODEL MODE THREADS WARM_UP REPETITIONS TRACE_PREFIX SHAPES
// MODE: disabled (every ONNX node as it stands) or all (fused). SHAPES: JSON, by input name. Times are in seconds.
'use strict';
const path = require('path');

// A fixed stream of numbers in [0, 1): the same inputs in every run.
function values(type, length) {
  const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array, int8: Int8Array };
  if (type === 'int64') return new BigInt64Array(length);
  if (type === 'bool') return new Uint8Array(length);
  if (!arrays[type]) throw new Error(`an input of type ${type} is not measured`);
  let state = 1;
  return arrays[type].from({ length }, () => (state = (state * 48271) % 2147483647) / 2147483647);
}

function feed(ort, session, shapes) {
  const feeds = {};
  for (const input of session.inputMetadata) {
    const shape = shapes[input.name] || input.shape.map((size, i) => (typeof size === 'number' && size > 0 ? size : i === 0 ? 1 : NaN));
    if (shape.some(Number.isNaN)) throw new Error(`input '${input.name}' has no fixed shape: give it with --input ${input.name}=1x3x224x224`);
    const length = shape.reduce((a, b) => a * b, 1);
    feeds[input.name] = new ort.Tensor(input.type, values(input.type, length), shape);
  }
  return feeds;
}

async function main() {
  const [modules, model, mode, threads, warmUp, repetitions, prefix, shapes] = process.argv.slice(2);
  const ort = require(path.join(modules, 'onnxruntime-node'));
  const options = {
    intraOpNumThreads: Number(threads), interOpNumThreads: 1, executionMode: 'sequential',
    graphOptimizationLevel: mode, logSeverityLevel: 3,
  };
  const plain = await ort.InferenceSession.create(model, options);
  const profiled = await ort.InferenceSession.create(model, { ...options, enableProfiling: true, profileFilePrefix: prefix });
  const feeds = feed(ort, plain, JSON.parse(shapes));
  const whole = [];
  for (let i = 0; i < Number(warmUp); ++i) {
    await plain.run(feeds);
    await profiled.run(feeds);
  }
  // In turns of five, so that both see the same conditions and each starts warm.
  for (let done = 0; done < Number(repetitions); done += 5) {
    const turn = Math.min(5, Number(repetitions) - done);
    for (let i = 0; i < turn; ++i) {
      const start = process.hrtime.bigint();
      await plain.run(feeds);
      whole.push(Number(process.hrtime.bigint() - start) / 1e9);
    }
    for (let i = 0; i < turn; ++i) await profiled.run(feeds);
  }
  profiled.endProfiling();
  console.log(JSON.stringify({ whole, version: ort.env.versions.node || ort.env.versions.common }));
}

main().catch((error) => {
  console.error(String(error.message || error).split('\n')[0]);
  process.exit(1);
});
