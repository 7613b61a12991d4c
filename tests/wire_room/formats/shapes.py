"""Every value shape of the result model, as the recorded module of the real MediaWiki built it (golden/: its answers)."""

from wikigate.wire.result import List, Map


def shapes() -> Map:
    kvp = {"k1": "v1", "k 2": "v2"}
    nested = {"k1": Map({"a": 1}), "k2": List(["x", "y"])}
    sparse = {"3": "three", "1": "one"}
    return Map({
        "fwtest": Map({
            "str": "x",
            "empty": "",
            "int": 5,
            "zero": 0,
            "float": 1.5,
            "bigfloat": 1e20,
            "true": True,
            "false": False,
            "null": None,
            "html": "<b> & \"q\" 's' / é ☃ 😀 \u2028\n\t",
            "list": List(["a", "b"], "item"),
            "listnotag": ["a", "b"],
            "emptylist": List((), "item"),
            "emptyassoc": Map(),
            "boollist": List([True, False, True], "b"),
            "nulllist": List([None, "x"], "n"),
            "maps": List([Map({"id": 1, "name": "A"}), Map({"id": 2, "name": "B", "flag": True})], "m"),
            "sparse": Map(sparse, type="default", element="s"),
            "sparsearray": Map(sparse, type="array", element="s"),
            "bcarray": Map(sparse, type="BCarray", element="s"),
            "bcassoc": List(["p", "q"], "s", type="BCassoc"),
            "assoclist": List(["p", "q"], "s", type="assoc"),
            "kvp": Map(kvp, type="kvp", kvp_key="key", element="pair"),
            "kvpdefaultname": Map(kvp, type="kvp", element="pair"),
            "kvpnested": Map(nested, type="kvp", kvp_key="key", element="pair"),
            "kvpmerge": Map(nested, type="kvp", kvp_key="key", element="pair", kvp_merge=True),
            "bckvp": Map({"k1": "v1", "k2": "v2"}, type="BCkvp", kvp_key="key", element="pair"),
            "content": Map({"attr": "a", "text": "  body\n text "}, content="text"),
            "contentsub": Map({"attr": "a", "child": Map({"z": 1}), "text": "body"}, content="text"),
            "contentarray": Map({"text": Map({"q": 1})}, content="text"),
            "bcbools": Map({"t": True, "f": False, "t2": True, "f2": False}, bc_bools=["t", "f"]),
            "subel": Map({"a": "as attribute", "b": "as element", "n": 3}, subelements=["b", "n"]),
            "bcsubel": Map({"a": "as attribute", "b": "as element"}, bc_subelements=["b"]),
            "badnames": Map({
                "with space": 1, "9num": 2, "": 3, "a:b": 4, "_hid": 5, "x.y": 6, "é": 7, "a/b": 8, "sub el": List([1]),
            }),
            "preserve": Map({"_kept": 1}, preserve=["_kept"]),
            "nested": {"one": {"two": {"three": 3}}},
            "mixed": Map({"k": "v", "0": "first", "1": "second"}, element="i"),
        }),
    })  # fmt: skip
