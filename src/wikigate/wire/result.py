"""The abstract result: a tree of scalars, lists and maps with the annotations that only some formats show (spec framework §5.2).

A plain ``dict`` is a map, a plain ``list`` is a list with the item tag ``_v``; ``Map`` and ``List`` carry annotations.
Keys that begin with ``_`` are dropped unless preserved. The tree is built by actions and read by ``formats/``; nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypedDict, Unpack

Node: TypeAlias = "bool | int | float | str | dict[str, Any] | list[Any] | None"
MapType = Literal["default", "assoc", "array", "kvp", "BCarray", "BCassoc", "BCkvp"]
ListType = Literal["default", "array", "assoc", "BCarray", "BCassoc"]


@dataclass(frozen=True, slots=True)
class MapMeta:
    """Annotations of a map; see ``Map``."""

    type: MapType = "assoc"
    content: str = ""
    element: str = "_v"
    subelements: frozenset[str] = frozenset()
    bc_subelements: frozenset[str] = frozenset()
    bc_bools: frozenset[str] = frozenset()
    preserve: frozenset[str] = frozenset()
    kvp_key: str = "_name"
    kvp_merge: bool = False


class Annotations(TypedDict, total=False):
    """What may be said of a map when it is made; see ``Map``."""

    type: MapType
    content: str
    element: str
    subelements: Iterable[str]
    bc_subelements: Iterable[str]
    bc_bools: Iterable[str]
    preserve: Iterable[str]
    kvp_key: str
    kvp_merge: bool


_PLAIN_MAP = MapMeta()
_SETS = frozenset({"subelements", "bc_subelements", "bc_bools", "preserve"})


class Map(dict[str, Any]):
    """A map with annotations.

    ``content``: the key that holds the element's text (``*`` in JSON version 1). ``element``: tag of items when the map is
    shown as a list. ``subelements``: scalar keys that XML shows as elements; ``bc_subelements``: the same and, in JSON version 1,
    ``{"*": value}``. ``bc_bools``: keys that stay real booleans in JSON version 1. ``preserve``: keys beginning with ``_`` to keep.
    ``type``: ``assoc`` (a map whatever its keys), ``array`` (shown as a list sorted by key), ``kvp``, ``BCarray``, ``BCassoc``, ``BCkvp``,
    or ``default`` (a list when its keys are exactly 0..n-1).
    """

    __slots__ = ("meta",)

    def __init__(
        self,
        data: Mapping[str, Any] | Iterable[tuple[str, Any]] = (),
        **annotations: Unpack[Annotations],
    ) -> None:
        dict.__init__(self, data)
        self.meta = _annotated(annotations) if annotations else _PLAIN_MAP


def _annotated(annotations: Annotations) -> MapMeta:
    said: dict[str, Any] = {name: frozenset(value) if name in _SETS else value for name, value in annotations.items()}  # type: ignore[call-overload]  # only sets are made of iterables
    return MapMeta(**said)


class List(list[Any]):
    """A list with its item tag (``g`` makes ``<g>…</g>``) and its type; ``BCassoc`` is a map keyed by position in JSON version 2.

    ``settled`` is where formats keep what they make of a list that never changes again; None for any other.
    """

    __slots__ = ("settled", "tag", "type")

    def __init__(self, items: Iterable[Any] = (), tag: str = "_v", type: ListType = "array") -> None:  # noqa: A002
        list.__init__(self, items)
        self.tag = tag
        self.type: ListType = type
        self.settled: dict[int, Any] | None = None

    def settle(self) -> List:
        """Promise that neither the list nor what is in it changes again; it may then stand in many answers."""
        self.settled = {}
        return self


def meta_of(node: dict[str, Any]) -> MapMeta:
    """Return a map's annotations, the plain ones for a bare ``dict``."""
    return node.meta if isinstance(node, Map) else _PLAIN_MAP


def put_first(tree: dict[str, Any], key: str, node: Any) -> None:
    """Put a key in front of all others."""
    rest = dict(tree)
    tree.clear()
    tree[key] = node
    tree.update(rest)


def tag_of(node: list[Any]) -> str:
    """Return a list's item tag."""
    return node.tag if isinstance(node, List) else "_v"
