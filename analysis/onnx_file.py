"""As much of the ONNX file format as measuring needs: the nodes of a graph, read and given names, without the onnx
package. Fields as in onnx.proto (ModelProto.graph is 7; GraphProto.node 1; NodeProto.input 1, output 2, name 3,
op_type 4)."""

import pathlib
from typing import NamedTuple

MODEL_GRAPH = 7
GRAPH_NODE = 1
NODE_INPUT, NODE_OUTPUT, NODE_NAME, NODE_OP = 1, 2, 3, 4
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class FormatError(Exception):
    """The file is no protocol buffer of the expected form."""


class Node(NamedTuple):
    name: str
    op: str
    inputs: tuple
    outputs: tuple


def _varint(data, at):
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise FormatError("cut short")
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data):
    """(field number, wire type, payload, start, end) of every field of a message, the payload as bytes or a number."""
    at = 0
    while at < len(data):
        start = at
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            payload, at = _varint(data, at)
        else:
            if kind == BYTES:
                length, at = _varint(data, at)
            elif kind in (FIXED64, FIXED32):
                length = 8 if kind == FIXED64 else 4
            else:
                raise FormatError(f"wire type {kind}")
            if at + length > len(data):
                raise FormatError("cut short")
            payload, at = data[at:at + length], at + length
        yield number, kind, payload, start, at


def encode_varint(value):
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def encode(number, payload):
    """One field: a number as a varint, text and bytes with their length."""
    if isinstance(payload, int):
        return encode_varint(number << 3 | VARINT) + encode_varint(payload)
    payload = payload.encode() if isinstance(payload, str) else bytes(payload)
    return encode_varint(number << 3 | BYTES) + encode_varint(len(payload)) + payload


def _node(data):
    texts = {NODE_INPUT: [], NODE_OUTPUT: [], NODE_NAME: [""], NODE_OP: [""]}
    for number, kind, payload, _, _ in fields(data):
        if number in texts and kind == BYTES:
            texts[number].append(bytes(payload).decode())
    return Node(texts[NODE_NAME][-1], texts[NODE_OP][-1], tuple(texts[NODE_INPUT]), tuple(texts[NODE_OUTPUT]))


def _graph(model):
    for number, kind, payload, _, _ in fields(model):
        if number == MODEL_GRAPH and kind == BYTES:
            return payload
    raise FormatError("holds no graph")


def nodes(path):
    """The nodes of a model file, in its order."""
    try:
        graph = _graph(memoryview(pathlib.Path(path).read_bytes()))
        return [_node(payload) for number, kind, payload, _, _ in fields(graph)
                if number == GRAPH_NODE and kind == BYTES]
    except UnicodeDecodeError:
        raise FormatError("a name is no text") from None


def _named(node, name):
    kept = b"".join(bytes(node[start:end]) for number, _, _, start, end in fields(node) if number != NODE_NAME)
    return kept + encode(NODE_NAME, name)


def with_unique_names(path, target):
    """Copies a model, giving a name of its own to every node that has none or shares one. Returns the new nodes."""
    model = memoryview(pathlib.Path(path).read_bytes())
    taken, parts, named = {node.name for node in nodes(path)}, [], []
    seen, graph = set(), _graph(model)
    for number, kind, payload, start, end in fields(graph):
        if number != GRAPH_NODE or kind != BYTES:
            parts.append(bytes(graph[start:end]))
            continue
        node = _node(payload)
        name = node.name
        if not name or name in seen:
            stem = name or (node.outputs[0] if node.outputs and node.outputs[0] else node.op.lower())
            name, i = stem, 2
            while name in taken or name in seen:
                name, i = f"{stem}_{i}", i + 1
        seen.add(name)
        named.append(node._replace(name=name))
        parts.append(encode(GRAPH_NODE, _named(payload, name)))
    whole = [encode(MODEL_GRAPH, b"".join(parts)) if number == MODEL_GRAPH else bytes(model[start:end])
             for number, _, _, start, end in fields(model)]
    pathlib.Path(target).write_bytes(b"".join(whole))
    return named
