"""Networks that the field runs, layer by layer as their authors publish them: a detector, a segmenter, and transformers
of images, text and speech. Batch norms are folded into the convolutions before them."""

from onnx import helper

from .skeleton import FLOAT, INT64, Skeleton


class _Yolo(Skeleton):
    """Modules of ultralytics/nn/modules; they give back (tensor, channels)."""

    def block(self, name, source, channels, kernel, stride=1):
        """A convolution and SiLU."""
        at, before = source
        made = self.conv(f"{name}/conv", at, before, channels, kernel, stride)
        return self.node("Mul", f"{name}/act/Mul", made, self.node("Sigmoid", f"{name}/act/Sigmoid", made)), channels

    def c2f(self, name, source, channels, repeats, shortcut):
        hidden = channels // 2
        parts = self.node("Split", f"{name}/Split", self.block(f"{name}/cv1", source, channels, 1)[0], outputs=2,
                          axis=1, num_outputs=2)
        for repeat in range(repeats):
            inner = self.block(f"{name}/m.{repeat}/cv1", (parts[-1], hidden), hidden, 3)
            made, _ = self.block(f"{name}/m.{repeat}/cv2", inner, hidden, 3)
            parts.append(self.node("Add", f"{name}/m.{repeat}/Add", parts[-1], made) if shortcut else made)
        together = self.concat(f"{name}/Concat", *((part, hidden) for part in parts))
        return self.block(f"{name}/cv2", together, channels, 1)

    def concat(self, name, *sources):
        return self.node("Concat", name, *(at for at, _ in sources), axis=1), sum(channels for _, channels in sources)

    def sppf(self, name, source, channels):
        pooled = [self.block(f"{name}/cv1", source, source[1] // 2, 1)]
        for number in range(3):
            made = self.node("MaxPool", f"{name}/m/MaxPool_{number}", pooled[-1][0], kernel_shape=[5, 5],
                             strides=[1, 1], pads=[2] * 4)
            pooled.append((made, source[1] // 2))
        return self.block(f"{name}/cv2", self.concat(f"{name}/Concat", *pooled), channels, 1)

    def upsample(self, name, source):
        self.weights.append(helper.make_tensor(f"{name}.scales", FLOAT, [4], [1.0, 1.0, 2.0, 2.0]))
        return self.node("Resize", name, source[0], "", f"{name}.scales", mode="nearest"), source[1]

    def box_and_classes(self, name, scale, source, bins, classes):
        """What one scale predicts at each place: 4 x `bins` numbers of a box, and classes."""
        boxes, scores = f"{name}/cv2.{scale}", f"{name}/cv3.{scale}"
        box = self.block(f"{boxes}.1", self.block(f"{boxes}.0", source, 64, 3), 64, 3)
        score = self.block(f"{scores}.1", self.block(f"{scores}.0", source, 80, 3), 80, 3)
        made = [(self.conv(f"{boxes}.2", *box, 4 * bins, 1), 4 * bins),
                (self.conv(f"{scores}.2", *score, classes, 1), classes)]
        both, channels = self.concat(f"{name}/Concat_{scale}", *made)
        return self.reshape(f"{name}/Reshape_{scale}", both, 1, channels, -1)

    def decode(self, name, predicted, places, bins, classes):
        """Boxes as centre, width and height, and the scores of the classes: 1 x (4 + classes) x places."""
        box, scores = self.node("Split", f"{name}/Split", predicted, self.constant(f"{name}.split", 4 * bins, classes),
                                outputs=2, axis=1)
        by_bin = self.reshape(f"{name}/dfl/Reshape", box, 1, 4, bins, places)
        spread = self.node("Transpose", f"{name}/dfl/Transpose", by_bin, perm=[0, 2, 1, 3])
        shares = self.node("Softmax", f"{name}/dfl/Softmax", spread, axis=1)
        mean = self.conv(f"{name}/dfl/conv", shares, bins, 1, 1, bias=False)
        sides = self.reshape(f"{name}/dfl/Reshape_1", mean, 1, 4, places)
        start, end = self.node("Split", f"{name}/Split_1", sides, outputs=2, axis=1, num_outputs=2)
        anchors = self.weight(f"{name}.anchors", 1, 2, places)
        first = self.node("Sub", f"{name}/Sub", anchors, start)
        last = self.node("Add", f"{name}/Add", anchors, end)
        both = self.node("Add", f"{name}/Add_1", first, last)
        centre = self.node("Div", f"{name}/Div", both, self.scalar(f"{name}.two", 2.0))
        size = self.node("Sub", f"{name}/Sub_1", last, first)
        boxes = self.node("Mul", f"{name}/Mul", self.node("Concat", f"{name}/Concat_box", centre, size, axis=1),
                          self.weight(f"{name}.strides", 1, places))
        return self.node("Concat", f"{name}/Concat_out", boxes, self.node("Sigmoid", f"{name}/Sigmoid", scores), axis=1)

    def scalar(self, name, number):
        self.weights.append(helper.make_tensor(name, FLOAT, [], [number]))
        return name


def yolov8n(pixels=640):
    """ultralytics/cfg/models/v8/yolov8.yaml at scale n (depth 0.33, width 0.25), 80 classes of COCO."""
    net = _Yolo("yolov8n")
    at = net.block("model.0", (net.input("images", 1, 3, pixels, pixels), 3), 16, 3, 2)
    stages = []
    for module, channels, repeats in ((1, 32, 1), (3, 64, 2), (5, 128, 2), (7, 256, 1)):
        at = net.c2f(f"model.{module + 1}", net.block(f"model.{module}", at, channels, 3, 2), channels, repeats, True)
        stages.append(at)
    top = net.sppf("model.9", at, 256)
    merged = net.concat("model.11/Concat", net.upsample("model.10/Resize", top), stages[2])
    middle = net.c2f("model.12", merged, 128, 1, False)
    merged = net.concat("model.14/Concat", net.upsample("model.13/Resize", middle), stages[1])
    fine = net.c2f("model.15", merged, 64, 1, False)
    down = net.concat("model.17/Concat", net.block("model.16", fine, 64, 3, 2), middle)
    middle = net.c2f("model.18", down, 128, 1, False)
    down = net.concat("model.20/Concat", net.block("model.19", middle, 128, 3, 2), top)
    coarse = net.c2f("model.21", down, 256, 1, False)
    bins, classes = 16, 80
    scales = [net.box_and_classes("model.22", scale, source, bins, classes) for scale, source in
              enumerate((fine, middle, coarse))]
    places = sum((pixels // stride) ** 2 for stride in (8, 16, 32))
    together = net.node("Concat", "model.22/Concat_3", *scales, axis=2)
    net.output(net.decode("model.22", together, places, bins, classes), 1, 4 + classes, places)
    return net


def unet(pixels=256):
    """Ronneberger et al. 2015 with padded convolutions and batch norms, as milesial/Pytorch-UNet has it without
    `bilinear` (unet/unet_parts.py): 3 channels in, one class out."""
    net = Skeleton("unet")

    def double(name, at, before, channels):
        for number in (1, 2):
            made = net.conv(f"{name}/conv{number}", at, before, channels, 3)
            at, before = net.node("Relu", f"{name}/relu{number}", made), channels
        return at

    widths = (64, 128, 256, 512, 1024)
    at, before, skips = net.input("image", 1, 3, pixels, pixels), 3, []
    for depth, channels in enumerate(widths):
        if depth > 0:
            skips.append((at, before))
            at = net.node("MaxPool", f"down{depth}/pool", at, kernel_shape=[2, 2], strides=[2, 2])
        at, before = double(f"down{depth}", at, before, channels), channels
    for step, (skip, channels) in enumerate(reversed(skips), start=1):
        name = f"up{step}"
        inputs = [at, net.weight(f"{name}/up.weight", before, channels, 2, 2), net.weight(f"{name}/up.bias", channels)]
        grown = net.node("ConvTranspose", f"{name}/up", *inputs, kernel_shape=[2, 2], strides=[2, 2])
        at = double(name, net.node("Concat", f"{name}/concat", skip, grown, axis=1), before, channels)
        before = channels
    net.output(net.conv("out/conv", at, before, 1, 1), 1, 1, pixels, pixels)
    return net


class _Transformer(Skeleton):
    """Blocks over `places` x `features` numbers."""

    def __init__(self, name, places, features, heads):
        super().__init__(name)
        self.places, self.features, self.heads = places, features, heads

    def by_head(self, name, at, last=(0, 2, 1, 3)):
        split = self.reshape(f"{name}/Reshape", at, 1, self.places, self.heads, self.features // self.heads)
        return self.node("Transpose", f"{name}/Transpose", split, perm=list(last))

    def mask(self, known):
        """What is added to scores: nothing at places that are known (1), the lowest number at others (0)."""
        self.weights.append(helper.make_tensor("mask.one", FLOAT, [], [1.0]))
        self.weights.append(helper.make_tensor("mask.lowest", FLOAT, [], [-3.4028234663852886e38]))
        wide = self.reshape("mask/Reshape", known, 1, 1, 1, self.places)
        unknown = self.node("Sub", "mask/Sub", "mask.one", self.node("Cast", "mask/Cast", wide, to=FLOAT))
        return self.node("Mul", "mask/Mul", unknown, "mask.lowest")

    def attention(self, name, at, mask=None, key_bias=True):
        """Of all places to all places. `mask`: a tensor that is added to the scores."""
        wide = self.features
        query = self.by_head(f"{name}/query", self.linear(f"{name}/query", at, wide, wide))
        key = self.by_head(f"{name}/key", self.linear(f"{name}/key", at, wide, wide, key_bias), last=(0, 2, 3, 1))
        value = self.by_head(f"{name}/value", self.linear(f"{name}/value", at, wide, wide))
        self.weights.append(helper.make_tensor(f"{name}.scale", FLOAT, [], [(wide // self.heads) ** -0.5]))
        scaled = self.node("Mul", f"{name}/Mul", query, f"{name}.scale")
        scores = self.node("MatMul", f"{name}/scores", scaled, key)
        if mask:
            scores = self.node("Add", f"{name}/mask", scores, mask)
        mixed = self.node("MatMul", f"{name}/mix", self.node("Softmax", f"{name}/Softmax", scores, axis=-1), value)
        joined = self.node("Transpose", f"{name}/Transpose", mixed, perm=[0, 2, 1, 3])
        return self.linear(f"{name}/out", self.reshape(f"{name}/Reshape", joined, 1, self.places, wide), wide, wide)

    def feed_forward(self, name, at, hidden):
        risen = self.node("Gelu", f"{name}/Gelu", self.linear(f"{name}/fc1", at, self.features, hidden))
        return self.linear(f"{name}/fc2", risen, hidden, self.features)

    def pre_norm_block(self, name, at, key_bias=True):
        """Normalised before what is added, as in vision transformers and Whisper."""
        normalised = self.layer_norm(f"{name}/norm1", at, self.features)
        attended = self.attention(f"{name}/attn", normalised, key_bias=key_bias)
        at = self.node("Add", f"{name}/Add", at, attended)
        fed = self.feed_forward(f"{name}/mlp", self.layer_norm(f"{name}/norm2", at, self.features), 4 * self.features)
        return self.node("Add", f"{name}/Add_1", at, fed)

    def post_norm_block(self, name, at, mask):
        """Normalised after it, as in BERT."""
        attended = self.node("Add", f"{name}/Add", at, self.attention(f"{name}/attn", at, mask))
        at = self.layer_norm(f"{name}/norm1", attended, self.features)
        fed = self.node("Add", f"{name}/Add_1", at, self.feed_forward(f"{name}/ffn", at, 4 * self.features))
        return self.layer_norm(f"{name}/norm2", fed, self.features)


def vit_ti_16(pixels=224, patch=16):
    """DeiT-Ti without distillation: deit_tiny_patch16_224 of models.py in facebookresearch/deit; 1,000 classes."""
    patches, wide = (pixels // patch) ** 2, 192
    net = _Transformer("vit_ti_16", patches + 1, wide, heads=3)
    image = net.input("image", 1, 3, pixels, pixels)
    embedded = net.conv("patch_embed", image, 3, wide, patch, patch, pads=[0] * 4)
    flat = net.reshape("tokens/Reshape", embedded, 1, wide, patches)
    tokens = net.node("Transpose", "tokens/Transpose", flat, perm=[0, 2, 1])
    at = net.node("Concat", "tokens/Concat", net.weight("cls_token", 1, 1, wide), tokens, axis=1)
    at = net.node("Add", "tokens/Add", at, net.weight("pos_embed", 1, patches + 1, wide))
    for block in range(12):
        at = net.pre_norm_block(f"blocks.{block}", at)
    normalised = net.layer_norm("norm", at, wide)
    first = net.node("Gather", "norm/Gather", normalised, net.constant("norm.first", 0, scalar=True), axis=1)
    weights = net.weight("head.weight", 1000, wide), net.weight("head.bias", 1000)
    net.output(net.node("Gemm", "head", first, *weights, transB=1), 1, 1000)
    return net


def distilbert(words=128):
    """DistilBertForSequenceClassification of huggingface/transformers (modeling_distilbert.py): two classes."""
    wide = 768
    net = _Transformer("distilbert", words, wide, heads=12)
    tokens = net.input("input_ids", 1, words, kind=INT64)
    known = net.input("attention_mask", 1, words, kind=INT64)
    word = net.node("Gather", "embeddings/words", net.weight("embeddings.words", 30522, wide), tokens)
    place = net.node("Gather", "embeddings/places", net.weight("embeddings.places", 512, wide),
                     net.constant("embeddings.numbers", *range(words)))
    at = net.layer_norm("embeddings/norm", net.node("Add", "embeddings/Add", word, place), wide)
    mask = net.mask(known)
    for layer in range(6):
        at = net.post_norm_block(f"layer.{layer}", at, mask)
    first = net.node("Gather", "pooler/Gather", at, net.constant("pooler.first", 0, scalar=True), axis=1)
    pooled = net.node("Gemm", "pre_classifier", first, net.weight("pre_classifier.weight", wide, wide),
                      net.weight("pre_classifier.bias", wide), transB=1)
    logits = net.node("Gemm", "classifier", net.node("Relu", "relu", pooled), net.weight("classifier.weight", 2, wide),
                      net.weight("classifier.bias", 2), transB=1)
    net.output(logits, 1, 2)
    return net


def whisper_tiny_encoder(frames=3000):
    """AudioEncoder of openai/whisper (whisper/model.py) at size tiny: 30 s of speech, 80 mel coefficients a frame."""
    places, wide = frames // 2, 384
    net = _Transformer("whisper_tiny_encoder", places, wide, heads=6)
    mel = net.input("mel", 1, 80, frames)
    first = net.node("Gelu", "conv1/Gelu", net.conv("conv1", mel, 80, wide, 3, rank=1))
    second = net.node("Gelu", "conv2/Gelu", net.conv("conv2", first, wide, wide, 3, 2, rank=1))
    at = net.node("Add", "positions/Add", net.node("Transpose", "positions/Transpose", second, perm=[0, 2, 1]),
                  net.weight("positional_embedding", places, wide))
    for block in range(4):
        at = net.pre_norm_block(f"blocks.{block}", at, key_bias=False)
    net.output(net.layer_norm("ln_post", at, wide), 1, places, wide)
    return net
