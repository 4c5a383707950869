// Runs ONNX models once and prints the shapes and types of what they give out, one line of JSON a model.
//   node run_models.js FOLDER_OF_NODE_MODULES MANIFEST
// MANIFEST: a line of JSON a model: {"model": file, "feeds": {input: {"type", "dims", "data": base64}}}
'use strict';
const fs = require('fs');
const path = require('path');

const arrays = {
  float32: Float32Array, float64: Float64Array, float16: Uint16Array, int64: BigInt64Array, uint64: BigUint64Array,
  int32: Int32Array, uint32: Uint32Array, int16: Int16Array, uint16: Uint16Array, int8: Int8Array, uint8: Uint8Array,
  bool: Uint8Array,
};

function tensor(ort, feed) {
  const bytes = Uint8Array.from(Buffer.from(feed.data, 'base64'));
  return new ort.Tensor(feed.type, new arrays[feed.type](bytes.buffer), feed.dims);
}

async function run(ort, { model, feeds }) {
  try {
    const session = await ort.InferenceSession.create(model, { logSeverityLevel: 4, intraOpNumThreads: 1, graphOptimizationLevel: 'disabled' });
    const given = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, tensor(ort, feed)]));
    const results = await session.run(given);
    const outputs = session.outputNames.map((name) => ({ name, type: results[name].type, dims: Array.from(results[name].dims) }));
    await session.release();
    return { outputs };
  } catch (error) {
    return { error: String(error.message || error).split('\n')[0] };
  }
}

async function main() {
  const [modules, manifest] = process.argv.slice(2);
  const ort = require(path.join(modules, 'onnxruntime-node'));
  for (const line of fs.readFileSync(manifest, 'utf8').split('\n').filter(Boolean)) {
    console.log(JSON.stringify(await run(ort, JSON.parse(line))));
  }
}

main();
