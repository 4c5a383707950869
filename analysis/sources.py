"""The figures of a study's world with their sources, told apart where they differ from point to point."""

import re


def rows(manifest, whole):
    """(figure, value, source) of every entry, in reading order. whole: the study, nothing held.

    Where an entry does not hold at all points, its name says at which values of the swept settings it does.
    """
    found = []
    for entry in manifest.get("sources", []):
        name = entry["figure"]
        if "points" in entry:
            name += f" ({where(entry['points'], whole)})"
        source = re.sub(r"^assumption\s*", "assumption: ", entry["source"])
        found.append((name, entry["value"], source))
    return found


def where(points, whole):
    """"device raspberry pi 4" for points that are all those of some values of one axis, else how many they are."""
    table, wanted = whole.rows, set(points)
    if "point" not in table:
        return f"at {len(wanted)} points"
    for axis in whole.axes:
        of = table.groupby(table[axis.column].astype(str), sort=False)["point"].agg(set)
        hit = [value for value, at in of.items() if at & wanted]
        if set().union(*(of[value] for value in hit)) == wanted & set(table["point"]) and len(hit) < len(of):
            values = [axis.show(float(value) if axis.is_numeric else value) for value in hit]
            return f"{axis.path} {', '.join(values)}"
    return f"at {len(wanted)} of {table['point'].nunique()} points"
