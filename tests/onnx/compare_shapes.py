"""Holds the shapes that `edgecut import onnx` gives against those of onnxruntime, which runs each model once.

    python3 tests/onnx/compare_shapes.py build/release/edgecut --seed 11 --layers 1000

draws that many random layers and says how many are equal; the test `measure` does the same from seed 1, and for the node
models of the ONNX project. The runtime is the one that analysis/measure_layers.py fetches.

A model's outputs are probed one by one: Shape of the output, then Expand of an anchor to it, which is a layer of that
shape whatever the output is made of.
"""
import argparse
import base64
import dataclasses
import json
import subprocess
import pathlib
import sys
import tempfile

import numpy as np
import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))
from analysis.onnx_file import encode  # noqa: E402

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SIZES = {"float32": 4, "float64": 8, "float16": 2, "bfloat16": 2, "int64": 8, "uint64": 8, "int32": 4, "uint32": 4, "int16": 2,
         "uint16": 2, "int8": 1, "uint8": 1, "bool": 1}


@dataclasses.dataclass
class Tally:
    equal: list = dataclasses.field(default_factory=list)      # names
    refused: list = dataclasses.field(default_factory=list)    # (name, what edgecut says)
    different: list = dataclasses.field(default_factory=list)  # (name, output, edgecut's, the runtime's)
    not_run: list = dataclasses.field(default_factory=list)    # (name, what the runtime says)

    def line(self, what):
        return (f"{what}: {len(self.equal)} equal, {len(self.refused)} refused by name, {len(self.different)} different, "
                f"{len(self.not_run)} that the runtime does not run")


def probed(model, outputs):
    """The serialized model with a probe for each output: fields that protobuf merges into what is there."""
    nodes = b"".join(
        encode(1, encode(1, name) + encode(2, f"{name}/probe_shape") + encode(4, "Shape"))
        + encode(1, encode(1, "probe/anchor") + encode(1, f"{name}/probe_shape") + encode(2, f"{name}/probe")
                 + encode(3, f"{name}/probe") + encode(4, "Expand"))
        + encode(12, encode(1, f"{name}/probe")) for name in outputs)
    anchor = encode(11, encode(1, "probe/anchor") + encode(2, encode(1, encode(1, 1) + encode(2, b"")))) 
    return model + encode(7, nodes + anchor)


def run_all(modules, folder, models):
    """What the runtime gives for each of (name, bytes, feeds): outputs or an error."""
    lines = []
    for number, (_, content, feeds) in enumerate(models):
        path = folder / f"{number}.onnx"
        path.write_bytes(content)
        lines.append(json.dumps({"model": str(path), "feeds": {
            name: {"type": array.dtype.name, "dims": list(array.shape),
                   "data": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()}
            for name, array in feeds.items()}}))
    manifest = folder / "manifest"
    manifest.write_text("\n".join(lines))
    done = subprocess.run(["node", str(HERE / "run_models.js"), str(modules), str(manifest)], capture_output=True, text=True,
                          check=False)
    results = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if len(results) != len(models):
        raise RuntimeError(f"the runtime stopped after {len(results)} of {len(models)} models ({models[len(results)][0]}): "
                           f"{done.stderr[-500:]}")
    return results


def import_shapes(program, path, options=()):
    """The layers of an imported model by name, or None and what edgecut says."""
    done = subprocess.run([program, "import", "onnx", str(path), *options], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None, done.stderr.strip()
    return {layer["name"]: layer for layer in yaml.load(done.stdout, Loader=LOADER)["layers"]}, done.stderr


def read_probed(program, folder, number, content, outputs):
    """The layers of a model and its probes, or None and what edgecut says."""
    path = folder / f"{number}.probed.onnx"
    path.write_bytes(probed(content, outputs))
    layers, told = import_shapes(program, path)
    if layers is None and "(Expand): operator set" in told:  # older than the probes: the layer itself, where there is one
        layers, told = import_shapes(program, folder / f"{number}.onnx")
        if layers is not None and len(outputs) == 1 and "under_test" in layers:
            layers[f"{outputs[0]}/probe"] = layers["under_test"]
    return layers, told


def differences(name, layers, outputs):
    """(name, output, edgecut's, the runtime's) where they are not the same."""
    wrong = []
    for output in outputs:
        found = layers.get(f"{output['name']}/probe", {}).get("shape", [])
        if found != output["dims"]:
            wrong.append((name, output["name"], found, output["dims"]))
    # Every output of a single node counts in its bytes, which hold its types against the runtime's too.
    node = layers.get("under_test")
    if node is not None and not wrong:
        size = sum(int(np.prod(output["dims"], dtype=np.int64)) * SIZES[output["type"]] for output in outputs)
        if f"{size} B" != node["output"]:
            wrong.append((name, "bytes", node["output"], f"{size} B"))
    return wrong


def compare(program, modules, folder, models):
    """A Tally of (name, bytes, feeds)."""
    tally = Tally()
    for number, ((name, content, _), result) in enumerate(zip(models, run_all(modules, folder, models))):
        if "error" in result:
            tally.not_run.append((name, result["error"]))
            continue
        layers, told = read_probed(program, folder, number, content, [output["name"] for output in result["outputs"]])
        if layers is None:
            tally.refused.append((name, told))
            continue
        wrong = differences(name, layers, result["outputs"])
        if wrong:
            tally.different += wrong
        else:
            tally.equal.append(name)
    return tally


def main():
    from analysis import measure_layers  # pylint: disable=import-outside-toplevel
    import random_layers  # pylint: disable=import-outside-toplevel
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--layers", type=int, default=1000)
    options = parser.parse_args()
    modules = measure_layers.fetch_runtime(HERE.parent.parent / "build" / "onnxruntime")
    with tempfile.TemporaryDirectory() as folder:
        tally = compare(options.program, modules, pathlib.Path(folder), list(random_layers.Draw(options.seed).layers(options.layers)))
    print(tally.line(f"random layers of seed {options.seed}"))
    for name, told in tally.refused:
        print(f"refused: {name}: {told.partition('.onnx: ')[2]}")
    for name, output, found, expected in tally.different:
        print(f"different: {name}, {output}: {found}, the runtime {expected}")
    return 1 if tally.different else 0


if __name__ == "__main__":
    sys.exit(main())
