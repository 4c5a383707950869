"""Networks that devices were measured with and the zoo does not have, layer by layer as the zoo counts them: an
activation is a layer of its own, bytes are 4 an element, a batch norm is folded away.

Four of Tencent/ncnn's benchmark (their benchmark/*.param) and the four of MLPerf Tiny (mlcommons/tiny, training/). The zoo
has the latter in int8; the microcontrollers were fitted to them as they stand here."""

from .features import WINOGRAD_GAIN, Features

BYTES = 4


class Sketch:
    """Sums a network's layers while it is written down. Padding keeps the size, a stride divides it, rounded up."""

    def __init__(self, channels, height, width):
        self.channels, self.height, self.width = channels, height, width
        self.flop = self.bytes = 0.0
        self.layers = 0

    @property
    def features(self):
        return Features(self.flop, self.bytes, self.layers)

    @property
    def elements(self):
        return self.channels * self.height * self.width

    def _layer(self, inputs, output, weights=0, macs=0, gain=1.0):
        self.flop += 2 * macs / gain
        self.bytes += BYTES * (inputs + output + weights)
        self.layers += 1

    def conv(self, channels, kernel, stride=1, groups=1, activation=True):
        """`kernel` and `stride`: one number or (height, width)."""
        (kh, kw), (sh, sw) = _pair(kernel), _pair(stride)
        inputs, per_group = self.elements, self.channels // groups
        self.channels, self.height, self.width = channels, -(-self.height // sh), -(-self.width // sw)
        gain = WINOGRAD_GAIN if (kh, kw, sh, sw, groups) == (3, 3, 1, 1, 1) else 1.0
        weights = per_group * kh * kw
        self._layer(inputs, self.elements, channels * (weights + 1), self.elements * weights, gain)
        if activation:
            self.elementwise()
        return self

    def depthwise(self, kernel, stride=1, activation=True):
        return self.conv(self.channels, kernel, stride, self.channels, activation)

    def elementwise(self, operands=1):
        self._layer(operands * self.elements, self.elements)

    def pool_to(self, height, width):
        inputs = self.elements
        self.height, self.width = height, width
        self._layer(inputs, self.elements)

    def linear(self, channels, activation=False):
        inputs, self.channels, self.height, self.width = self.elements, channels, 1, 1
        self._layer(inputs, channels, channels * (inputs + 1), channels * inputs)
        if activation:
            self.elementwise()

    def squeeze_excite(self, hidden):
        channels, height, width = self.channels, self.height, self.width
        self.pool_to(1, 1)
        self.linear(hidden, activation=True)
        self.linear(channels, activation=True)
        self.height, self.width = height, width
        self._layer(self.elements + channels, self.elements)

    def classify(self, classes):
        self.pool_to(1, 1)
        self.linear(classes)
        return self.features


def _pair(value):
    return value if isinstance(value, tuple) else (value, value)


def mobilenet_v1():
    net = Sketch(3, 224, 224).conv(32, 3, 2)
    for channels, stride in ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2),
                             (1024, 1)):
        net.depthwise(3, stride).conv(channels, 1)
    return net.classify(1000)


def proxylessnas():
    net = Sketch(3, 224, 224).conv(32, 3, 2).depthwise(3).conv(32, 1, activation=False)
    for expanded, kernel, stride, channels in (
            (48, 5, 2, 32), (96, 3, 1, 32), (96, 7, 2, 40), (120, 3, 1, 40), (120, 5, 1, 40), (120, 5, 1, 40),
            (240, 7, 2, 80), (240, 5, 1, 80), (240, 5, 1, 80), (240, 5, 1, 80), (480, 5, 1, 96), (288, 5, 1, 96),
            (288, 5, 1, 96), (288, 5, 1, 96), (576, 7, 2, 192), (1152, 7, 1, 192), (576, 7, 1, 192), (576, 7, 1, 192),
            (1152, 7, 1, 320)):
        before = net.channels
        net.conv(expanded, 1).depthwise(kernel, stride).conv(channels, 1, activation=False)
        if (before, stride) == (channels, 1):
            net.elementwise(2)
    return net.conv(1280, 1).classify(1000)


def _shuffle(net):
    for _ in range(3):  # reshape, transpose, reshape
        net.elementwise()


def shufflenet_v1():
    net = Sketch(3, 224, 224).conv(24, 3, 2)
    net.pool_to(56, 56)
    for channels, repeats in ((240, 3), (480, 7), (960, 3)):
        before, hidden = (net.channels, net.height, net.width), channels // 4
        if before[0] == 24:
            net.conv(54, 1)
        else:
            net.conv(hidden, 1, groups=3)
            _shuffle(net)
        net.depthwise(3, 2, activation=False).conv(channels - before[0], 1, groups=3, activation=False)
        skip = Sketch(*before)
        skip.pool_to(net.height, net.width)
        net.bytes += skip.bytes
        net.layers += skip.layers
        net.channels = channels
        net.elementwise()  # the concatenation
        net.elementwise()
        for _ in range(repeats):
            net.conv(hidden, 1, groups=3)
            _shuffle(net)
            net.depthwise(3, activation=False).conv(channels, 1, groups=3, activation=False)
            net.elementwise(2)
            net.elementwise()
    return net.classify(1000)


def efficientnet_v2_b0():
    net = Sketch(3, 224, 224).conv(32, 3, 2).conv(16, 3)
    stages = [(32, 4, 2, False), (32, 4, 1, False), (48, 4, 2, False), (48, 4, 1, False)]
    stages += [(96, 4, 2, True)] + [(96, 4, 1, True)] * 2 + [(112, 6, 1, True)] * 5
    stages += [(192, 6, 2, True)] + [(192, 6, 1, True)] * 7
    for channels, factor, stride, separable in stages:
        before = net.channels
        if separable:
            net.conv(factor * before, 1).depthwise(3, stride)
            net.squeeze_excite(before // 4)
        else:
            net.conv(factor * before, 3, stride)
        net.conv(channels, 1, activation=False)
        if (before, stride) == (channels, 1):
            net.elementwise(2)
    return net.conv(1280, 1).classify(1000)


def resnet8():
    """Image classification of MLPerf Tiny, 32x32."""
    net = Sketch(3, 32, 32).conv(16, 3)
    for channels, stride in ((16, 1), (32, 2), (64, 2)):
        before = (net.channels, net.height, net.width)
        net.conv(channels, 3, stride).conv(channels, 3, activation=False)
        if stride > 1:
            skip = Sketch(*before).conv(channels, 1, stride, activation=False)
            net.flop += skip.flop
            net.bytes += skip.bytes
            net.layers += skip.layers
        net.elementwise(2)
        net.elementwise()
    return net.classify(10)


def mobilenet_v1_quarter():
    """Visual wake words of MLPerf Tiny: MobileNet v1 x0.25, 96x96."""
    net = Sketch(3, 96, 96).conv(8, 3, 2)
    for channels, stride in ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *[(128, 1)] * 5, (256, 2),
                             (256, 1)):
        net.depthwise(3, stride).conv(channels, 1)
    return net.classify(2)


def ds_cnn():
    """Keyword spotting of MLPerf Tiny, 49x10 cepstral coefficients."""
    net = Sketch(1, 49, 10).conv(64, (10, 4), 2)
    for _ in range(4):
        net.depthwise(3).conv(64, 1)
    return net.classify(12)


def autoencoder():
    """Anomaly detection of MLPerf Tiny: fully connected, 640 inputs."""
    net = Sketch(640, 1, 1)
    for channels in (128, 128, 128, 128, 8, 128, 128, 128, 128):
        net.linear(channels, activation=True)
    net.linear(640)
    return net.features


NCNN = {"mobilenet": mobilenet_v1, "proxylessnasnet": proxylessnas, "shufflenet": shufflenet_v1,
        "efficientnetv2_b0": efficientnet_v2_b0}
MLPERF_TINY = {"resnet8_int8": resnet8, "mobilenet_v1_025_int8": mobilenet_v1_quarter, "ds_cnn_int8": ds_cnn,
               "deep_autoencoder_int8": autoencoder}
