"""Message texts, taken apart."""

from hypothesis import given
from hypothesis import strategies as st

from wikigate.i18n.template import Choice, Parameter, map_literals, parse


def test_a_text_is_literal_parts_and_parameters() -> None:
    assert parse("a $1 b$2.") == ("a ", Parameter(0), " b", Parameter(1), ".")
    assert parse("") == ()
    assert parse("$0 $ $x") == ("$0 $ $x",)


def test_a_plural_has_forms_that_are_templates_themselves() -> None:
    (node,) = parse("{{PLURAL:$2|one $1|many}}")
    assert node == Choice("PLURAL", (Parameter(1),), (("one ", Parameter(0)), ("many",)))


def test_explicit_forms_are_kept_apart() -> None:
    (node,) = parse("{{plural:$1|0=none|one|other|12=a dozen}}")
    assert node == Choice("PLURAL", (Parameter(0),), (("one",), ("other",)), ((0, ("none",)), (12, ("a dozen",))))


def test_braces_that_are_no_construct_are_literal() -> None:
    for text in ("a {{b}} c", "a|b }} {{", "{{PLURAL:$1|never closed"):
        assert "".join(str(part) for part in parse(text)).startswith(text[0])
    assert parse("{{SITENAME}}") == ("{{SITENAME}}",)


def test_rewriting_touches_literals_and_leaves_selectors() -> None:
    template = map_literals(parse("a{{PLURAL:$1|b|c$1}}"), str.upper)
    assert template == ("A", Choice("PLURAL", (Parameter(0),), (("B",), ("C", Parameter(0)))))


@given(
    st.text(st.sampled_from("$12|{}PLURALGENDER:= a"), max_size=60)
    | st.integers(1, 3000).map(lambda n: "{{PLURAL:$1|" * n)
)
def test_any_text_can_be_taken_apart(text: str) -> None:
    assert isinstance(parse(text), tuple)
