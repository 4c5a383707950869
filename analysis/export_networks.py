"""Makes scenarios/networks/*.yaml from torchvision's classifiers.

Each network is built with random weights, exported to ONNX in eval mode, emptied of its weights (every weight keeps its
shape and loses its numbers, which changes no shape, no work and no size that edgecut counts) and read by `edgecut import onnx`.

Needs Debian's packages and their interpreter, and a built edgecut with its ONNX importer:

    apt-get install python3-torch python3-torchvision python3-onnx libonnx-dev libprotobuf-dev protobuf-compiler
    cmake --workflow --preset release
    /usr/bin/python3 analysis/export_networks.py --edgecut build/release/edgecut [NETWORK ...]

`--unfolded` keeps batch norms as layers instead of folding them into the convolutions, and writes NAME_unfolded.yaml.
`--keep DIR` keeps the .onnx files (6 to 240 kB each, Swin-T 1.3 MB).
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
from typing import NamedTuple

import onnx
import torch
import torchvision
from onnx import TensorProto

OPSET = 13
SEED = 1
ROOT = pathlib.Path(__file__).resolve().parent.parent


class Classifier(NamedTuple):
    title: str
    pixels: int = 224
    options: dict = {}


# Initial weights of GoogLeNet and Inception v3 take a minute to draw and are replaced anyway.
NETWORKS = {
    "alexnet": Classifier("AlexNet"),
    "vgg11": Classifier("VGG-11"),
    "vgg16": Classifier("VGG-16"),
    "vgg19": Classifier("VGG-19"),
    "resnet18": Classifier("ResNet-18"),
    "resnet34": Classifier("ResNet-34"),
    "resnet50": Classifier("ResNet-50"),
    "resnet101": Classifier("ResNet-101"),
    "mobilenet_v2": Classifier("MobileNet v2"),
    "mobilenet_v3_small": Classifier("MobileNet v3 Small"),
    "mobilenet_v3_large": Classifier("MobileNet v3 Large"),
    "googlenet": Classifier("GoogLeNet", options={"init_weights": False}),
    "inception_v3": Classifier("Inception v3", pixels=299, options={"init_weights": False}),
    "densenet121": Classifier("DenseNet-121"),
    "squeezenet1_0": Classifier("SqueezeNet 1.0"),
    "squeezenet1_1": Classifier("SqueezeNet 1.1"),
    "efficientnet_b0": Classifier("EfficientNet-B0"),
    "shufflenet_v2_x1_0": Classifier("ShuffleNet v2 x1.0"),
    "mnasnet1_0": Classifier("MNASNet 1.0"),
    "regnet_y_400mf": Classifier("RegNetY-400MF"),
    "convnext_tiny": Classifier("ConvNeXt Tiny"),
    "vit_b_16": Classifier("ViT-B/16"),
    "resnext50_32x4d": Classifier("ResNeXt-50 32x4d"),
    "swin_t": Classifier("Swin-T"),
}


def build(name: str) -> torch.nn.Module:
    """The network with random weights, all different: the exporter merges initialisers that are equal."""
    torch.manual_seed(SEED)
    model = getattr(torchvision.models, name)(weights=None, **NETWORKS[name].options).eval()
    for tensor in model.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(0.5 + torch.rand_like(tensor))
    return model


def export(name: str, model: torch.nn.Module, path: pathlib.Path, unfolded: bool) -> None:
    # Not under torch.no_grad(): ViT would take a fused attention that has no ONNX form.
    pixels = NETWORKS[name].pixels
    mode = torch.onnx.TrainingMode.PRESERVE if unfolded else torch.onnx.TrainingMode.EVAL
    torch.onnx.export(model, torch.rand(1, 3, pixels, pixels), str(path), opset_version=OPSET, training=mode,
                      do_constant_folding=not unfolded, input_names=["input"], output_names=["output"])


def without_numbers(weight: onnx.TensorProto) -> onnx.TensorProto:
    """As the file would hold it, but for its numbers. No checker passes it; the importer reads shapes alone."""
    emptied = TensorProto(name=weight.name, data_type=weight.data_type, raw_data=b"")
    emptied.dims.extend(weight.dims)
    return emptied


def empty_of_weights(path: pathlib.Path) -> None:
    model = onnx.load(str(path))
    onnx.checker.check_model(model)
    for weight in model.graph.initializer:
        if weight.data_type == TensorProto.FLOAT and len(weight.dims) > 0:
            weight.CopyFrom(without_numbers(weight))
    onnx.save(model, str(path))


def source(name: str, unfolded: bool) -> str:
    pixels = NETWORKS[name].pixels
    batch_norms = ", batch norms not folded" if unfolded else ""
    return (f"torchvision {torchvision.__version__} {name}, {pixels}x{pixels}, exported by torch {torch.__version__} "
            f"at opset {OPSET} with random weights{batch_norms}; analysis/export_networks.py")


def make(name: str, chosen: argparse.Namespace, folder: pathlib.Path) -> None:
    model = build(name)
    written = f"{name}_unfolded" if chosen.unfolded else name
    path = folder / f"{written}.onnx"
    export(name, model, path, chosen.unfolded)
    empty_of_weights(path)
    subprocess.run([chosen.edgecut, "import", "onnx", str(path), "--name", written, "--title", NETWORKS[name].title,
                    "--source", source(name, chosen.unfolded), "-o", str(chosen.output / f"{written}.yaml")],
                   check=True)
    parameters = sum(p.numel() for p in model.parameters())
    print(f"{written}: {parameters} parameters in torch, {path.stat().st_size} B of ONNX", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help="names of networks (default: all)")
    parser.add_argument("--edgecut", default="build/release/edgecut", help="the program (default: %(default)s)")
    parser.add_argument("--unfolded", action="store_true", help="keep batch norms as layers")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR", help="keep the .onnx files there")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=ROOT / "scenarios" / "networks")
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.networks) - set(NETWORKS))
    if unknown:
        parser.error(f"no network {', '.join(unknown)} (known: {', '.join(NETWORKS)})")
    return chosen


def main() -> int:
    chosen = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for name in chosen.networks or NETWORKS:
            make(name, chosen, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
