"""YAML as the schema sees it, and mistakes made in it by a program."""
import copy
import json
import re

import yaml

NUMBER = re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
WRONG_TYPES = (None, True, 7.5, "nonsense", [], {}, [None], {"nonsense": 1})
UNITS = ("5 kg", "5 MB", "5 ms", "5 Mbit/s", "5 W", "5 J", "5 GFLOP", "5 GFLOP/s", "5 /s", "5 mW/Mbps", "5 C", "5 %", "5 KB", "5 Mb/s")
SIZES = (-1e30, -1e9, -1, -0.5, 0, 0.5, 1, 1.5, 2, 99, 101, 1e9, 3e9, 1e16, 1e30)


class Loader(yaml.SafeLoader):
    """Plain scalars are null, true and false, numbers and texts, as in YAML 1.2; keys are texts."""

    def scalar(self, node):
        text = node.value
        if node.style is not None:
            return text
        if text in ("", "~", "null", "Null", "NULL"):
            return None
        if text in ("true", "false"):
            return text == "true"
        if not NUMBER.match(text):
            return text
        return int(text) if re.fullmatch("[-+]?[0-9]+", text) else float(text)

    def mapping(self, node):
        self.flatten_mapping(node)
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


for tag in ("str", "int", "float", "bool", "null", "timestamp"):
    Loader.add_constructor(f"tag:yaml.org,2002:{tag}", Loader.scalar)
Loader.add_constructor("tag:yaml.org,2002:map", Loader.mapping)


def load(text):
    return yaml.load(text, Loader)


class Schema:
    """A schema with its definitions at hand."""

    def __init__(self, schema, validator):
        self.schema = schema
        self.validator = validator

    def resolved(self, schema):
        """The schema that a reference means, with what is said beside it."""
        while "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            schema = {**{key: value for key, value in schema.items() if key != "$ref"}, **self.schema["$defs"][name]}
        return schema

    def fits(self, value, schema):
        return self.validator.evolve(schema={**schema, "$defs": self.schema["$defs"]}).is_valid(value)

    def parts(self, schema):
        """The schema, or its alternatives, none of which has any itself."""
        schema = self.resolved(schema)
        if "anyOf" not in schema:
            return [schema]
        return [part for one in schema["anyOf"] for part in self.parts(one)]

    def places(self, value, schema=None, path=()):
        """(path, schema) of every map of a document that has declared keys, for the alternative that it is."""
        for part in self.parts(schema or self.schema):
            if isinstance(value, dict) and "properties" in part and self.fits(value, part):
                yield path, part
                for key, item in value.items():
                    below = part["properties"].get(key, part.get("additionalProperties"))
                    if below:
                        yield from self.places(item, below, (*path, key))
            if isinstance(value, list) and "items" in part and self.fits(value, part):
                for index, item in enumerate(value):
                    yield from self.places(item, part["items"], (*path, index))


def at(document, path):
    for step in path:
        document = document[step]
    return document


def changed(document, path, change):
    """A copy in which `change(map)` was done to the map at the path."""
    document = copy.deepcopy(document)
    change(at(document, path))
    return document


def put(key, value):
    return lambda at_path: at_path.__setitem__(key, value)


def wrong_values(old):
    """What may be written in place of a value: other types, other units, numbers of all sizes, other words."""
    yield from WRONG_TYPES
    yield from UNITS
    yield from SIZES
    if isinstance(old, str):
        yield old + "x"
        parts = re.match(r"^[-+]?[0-9.]+(e[-+]?[0-9]+)? *(\S.*)$", old)
        if parts:
            yield from (f"{size:g} {parts[2]}" for size in SIZES if abs(size) < 1e30 or size < 0)
    if isinstance(old, list):
        yield old[0] if old else 1
        yield old[:1]
        yield from ([wrong] * len(old) for wrong in ("nonsense", None, -1, 1e30, {}))


def identity(part, key):
    """What a key is declared with, wherever it stands: the same in a file and in what is put over one."""
    text = json.dumps([key, part["properties"].get(key)], sort_keys=True).replace('"required": ["value"], ', "")
    return text.replace("_over_a_file", "").replace("_by_its_name", "")


def is_path_of_keys(path):
    """Whether the names of a map are paths of keys, of whose values the schema knows nothing."""
    return path[:1] in (("sweep",), ("tune",)) or "benchmarked_at" in path


def mistakes(schema, document, seen):
    """(what was done, the document with it) of every declared key that the document has and that is not in `seen`, to which
    it is added."""
    for path, part in schema.places(document):
        here = ".".join(map(str, path))
        found = at(document, path)
        new = [key for key in found if identity(part, key) not in seen and not (is_path_of_keys(path) and
                                                                             key not in part["properties"])]
        if part.get("additionalProperties") is False and new:
            yield f"{here}: an unknown key", changed(document, path, put("nonsense", 1))
        for key in new:
            seen.add(identity(part, key))
            yield f"{here}.{key}: left out", changed(document, path, lambda at_path, key=key: at_path.pop(key))
            for value in wrong_values(found[key]):
                yield f"{here}.{key}: {value!r}", changed(document, path, put(key, value))
