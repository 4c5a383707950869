"""The four networks of MLPerf Tiny in int8, batch norms folded into the convolutions before them. Architectures:
mlcommons/tiny, benchmark/training."""

from .skeleton import INT8, Integers


def _same(size, kernel, stride):
    """Padding before and behind, as TensorFlow's `same`: the end has the odd one."""
    padding = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return padding // 2, padding - padding // 2


class _Image(Integers):
    """Convolutions on one image, whose size it keeps account of."""

    def __init__(self, name, channels, height, width):
        super().__init__(name)
        self.channels, self.height, self.width = channels, height, width
        self.at = self.input("input", 1, channels, height, width, kind=INT8)

    def conv(self, name, channels, kernel, stride=1, groups=1, relu=True):
        """`kernel`: one number or (height, width)."""
        kh, kw = kernel if isinstance(kernel, tuple) else (kernel, kernel)
        (top, bottom), (left, right) = _same(self.height, kh, stride), _same(self.width, kw, stride)
        self.at = self.quantised("Conv", name, self.at, weight=(channels, self.channels // groups, kh, kw),
                                 kernel_shape=[kh, kw], strides=[stride, stride], pads=[top, left, bottom, right],
                                 group=groups, relu=relu)
        self.channels, self.height, self.width = channels, -(-self.height // stride), -(-self.width // stride)
        return self.at

    def depthwise(self, name, kernel, stride=1):
        return self.conv(name, self.channels, kernel, stride, self.channels)

    def classify(self, classes):
        pooled = self.quantised("AveragePool", "pool", self.at, kernel_shape=[self.height, self.width])
        flat = self.node("Flatten", "flatten", pooled)
        dense = self.quantised("Gemm", "dense", flat, weight=(classes, self.channels), transB=1)
        self.output(self.quantised("Softmax", "softmax", dense), 1, classes, kind=INT8)
        return self


def resnet8():
    """Image classification: CIFAR-10, 32x32. image_classification/keras_model.py with 16 filters."""
    net = _Image("resnet8_int8", 3, 32, 32)
    net.conv("conv", 16, 3)
    for stack, (channels, stride) in enumerate(((16, 1), (32, 2), (64, 2)), start=1):
        before = (net.at, net.channels, net.height, net.width)
        net.conv(f"stack{stack}/conv1", channels, 3, stride)
        main = net.conv(f"stack{stack}/conv2", channels, 3, relu=False)
        skip = before[0]
        if stride > 1:
            net.at, net.channels, net.height, net.width = before
            skip = net.conv(f"stack{stack}/skip", channels, 1, stride, relu=False)
        net.at = net.quantised("Add", f"stack{stack}/add", skip, main, relu=True)
    return net.classify(10)


def mobilenet_v1_quarter():
    """Visual wake words: a person or none, 96x96. visual_wake_words/vww_model.py."""
    net = _Image("mobilenet_v1_025_int8", 3, 96, 96)
    net.conv("conv", 8, 3, 2)
    steps = ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *[(128, 1)] * 5, (256, 2), (256, 1))
    for block, (channels, stride) in enumerate(steps, start=1):
        net.depthwise(f"block{block}/depthwise", 3, stride)
        net.conv(f"block{block}/pointwise", channels, 1)
    return net.classify(2)


def ds_cnn():
    """Keyword spotting: 12 words from 49 frames of 10 cepstral coefficients. keyword_spotting/keras_model.py."""
    net = _Image("ds_cnn_int8", 1, 49, 10)
    net.conv("conv", 64, (10, 4), 2)
    for block in range(1, 5):
        net.depthwise(f"block{block}/depthwise", 3)
        net.conv(f"block{block}/pointwise", 64, 1)
    return net.classify(12)


def autoencoder():
    """Anomaly detection: how badly a spectrum of 640 numbers is made again. anomaly_detection/keras_model.py."""
    net = Integers("deep_autoencoder_int8")
    at, before = net.input("input", 1, 640, kind=INT8), 640
    for layer, features in enumerate((*[128] * 4, 8, *[128] * 4, 640), start=1):
        at = net.quantised("Gemm", f"dense{layer}", at, weight=(features, before), relu=layer < 10, transB=1)
        before = features
    net.output(at, 1, 640, kind=INT8)
    return net
