"""Makes those of scenarios/networks/*.yaml that torchvision does not have: a detector, a segmenter, transformers of
images, text and speech, a detector of voices, and MLPerf Tiny's four in int8.

Each is written down as ONNX from its published architecture, with weights that have shapes and no numbers, or taken as
it is from a package of npm; `edgecut import onnx` reads it. Needs python3-onnx, a built edgecut with its ONNX importer,
and npm for `silero_vad`:

    apt-get install python3-onnx libonnx-dev libprotobuf-dev protobuf-compiler npm
    cmake --workflow --preset release
    python3 -m analysis.write_networks --edgecut build/release/edgecut [NETWORK ...]

`--keep DIR` keeps the .onnx files. `--list` prints the networks. The totals that others publish of each are in
tests/dnn/field_zoo_test.cpp.
"""

import argparse
import pathlib
import subprocess
import sys
import tarfile
import tempfile
from typing import Callable, NamedTuple

from . import field_networks, tiny_networks

ROOT = pathlib.Path(__file__).resolve().parent.parent
WRITTEN = "written layer by layer, weights without numbers; analysis/write_networks.py"
TINY = "mlcommons/tiny @ 5872274e : benchmark/training/{}, int8 as QDQ pairs, batch norms folded, " + WRITTEN


class Field(NamedTuple):
    title: str
    source: str
    make: Callable = None  # none: `package` ships the graph
    accuracy: str = ""
    package: tuple = ()  # of npm: name, version, path of the graph in it
    inputs: tuple = ()  # as `--input` takes them


NETWORKS = {
    "yolov8n": Field(
        "YOLOv8n", "ultralytics/cfg/models/v8/yolov8.yaml at scale n, 640x640, 80 classes of COCO, batch norms folded, "
        "without non-maximum suppression, " + WRITTEN, field_networks.yolov8n),
    "unet": Field(
        "U-Net", "milesial/Pytorch-UNet unet/unet_model.py, UNet(3, 1), 256x256, batch norms folded, " + WRITTEN,
        field_networks.unet),
    "vit_ti_16": Field(
        "ViT-Ti/16", "facebookresearch/deit models.py deit_tiny_patch16_224, " + WRITTEN + "; accuracy: ImageNet "
        "top-1, README_deit.md @ 4da66916", field_networks.vit_ti_16, accuracy="72.2 %"),
    "distilbert": Field(
        "DistilBERT", "huggingface/transformers modeling_distilbert.py, DistilBertForSequenceClassification of "
        "distilbert-base-uncased, 128 tokens, 2 classes, " + WRITTEN, field_networks.distilbert),
    "whisper_tiny_encoder": Field(
        "Whisper tiny, encoder", "openai/whisper whisper/model.py, AudioEncoder of tiny, 30 s of speech as 80x3000 mel "
        "coefficients, " + WRITTEN, field_networks.whisper_tiny_encoder),
    "silero_vad": Field(
        "Silero VAD v5", "silero_vad_v5.onnx of npm @ricky0123/vad-web 0.0.31 (snakers4/silero-vad, MIT), 512 samples "
        "at 16 kHz; analysis/write_networks.py", package=("@ricky0123/vad-web", "0.0.31", "dist/silero_vad_v5.onnx"),
        inputs=("input=1x512", "state=2x1x128", "sr=16000")),
    "resnet8_int8": Field("ResNet-8 (MLPerf Tiny)", TINY.format("image_classification"), tiny_networks.resnet8),
    "mobilenet_v1_025_int8": Field("MobileNet v1 0.25 (MLPerf Tiny)", TINY.format("visual_wake_words"),
                                   tiny_networks.mobilenet_v1_quarter),
    "ds_cnn_int8": Field("DS-CNN (MLPerf Tiny)", TINY.format("keyword_spotting"), tiny_networks.ds_cnn),
    "deep_autoencoder_int8": Field("Deep autoencoder (MLPerf Tiny)", TINY.format("anomaly_detection"),
                                   tiny_networks.autoencoder),
}
# Methods that learn from other networks, as the shipped comparisons have them, learn from torchvision's classifiers.
NOT_LEARNED_FROM = "learned_from: false\n"


def fetched(package, folder):
    """A graph out of a package of npm, of which nothing is run."""
    name, version, path = package
    done = subprocess.run(["npm", "pack", f"{name}@{version}"], cwd=folder, check=True, capture_output=True, text=True)
    with tarfile.open(folder / done.stdout.strip().splitlines()[-1]) as files:
        files.extract(f"package/{path}", folder)
    return folder / "package" / path


def with_lines(text, *lines):
    """A network file's text with lines of its own before the line of its tensors' type."""
    head, mark, rest = text.partition("dtype:")
    return head + "".join(lines) + mark + rest


def make(name, chosen, folder):
    field = NETWORKS[name]
    if field.make:
        path = folder / f"{name}.onnx"
        field.make().save(path)
    else:
        path = fetched(field.package, folder)
    written = chosen.output / f"{name}.yaml"
    inputs = [word for given in field.inputs for word in ("--input", given)]
    subprocess.run([chosen.edgecut, "import", "onnx", str(path), *inputs, "--name", name, "--title", field.title,
                    "--source", field.source, "-o", str(written)], check=True)
    accuracy = [f"accuracy: {field.accuracy}\n"] if field.accuracy else []
    written.write_text(with_lines(written.read_text(), *accuracy, NOT_LEARNED_FROM))


def arguments(words):
    parser = argparse.ArgumentParser(prog="python3 -m analysis.write_networks", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help="names of networks (default: all)")
    parser.add_argument("--edgecut", default="build/release/edgecut", help="the program (default: %(default)s)")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR", help="keep the .onnx files there")
    parser.add_argument("--list", action="store_true", help="print the names of the networks")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=ROOT / "scenarios" / "networks")
    chosen = parser.parse_args(words)
    unknown = sorted(set(chosen.networks) - set(NETWORKS))
    if unknown:
        parser.error(f"no network {', '.join(unknown)} (known: {', '.join(NETWORKS)})")
    return chosen


def main(words=None):
    chosen = arguments(words)
    if chosen.list:
        print("\n".join(NETWORKS))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for name in chosen.networks or NETWORKS:
            make(name, chosen, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
