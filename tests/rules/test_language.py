"""What a rule may say, how it is understood, and that everything else is refused."""

from __future__ import annotations

import pytest

from jyxl.rules.check import evaluate
from jyxl.rules.chinese import sentence
from jyxl.rules.language import (
    MAX_DEPTH,
    MAX_LENGTH,
    And,
    Compare,
    Group,
    Name,
    Node,
    Not,
    Number,
    Or,
    Ref,
    RuleError,
    Sum,
    Whole,
    bind,
    main_comparison,
    parse,
    refs,
    walk,
)

A, B, C = Name("a"), Name("b"), Name("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a == b", Compare("==", A, B)),
        ("a != 0", Compare("!=", A, Number(0))),
        ("  a < b  ", Compare("<", A, B)),
        ("t3.new.total > 0", Compare(">", Name("t3.new.total"), Number(0))),
        ("a + b == c", Compare("==", Sum(((1, A), (1, B))), C)),
        ("a - (b - c) >= 0", Compare(">=", Sum(((1, A), (-1, B), (1, C))), Number(0))),
        ("-a <= -(-b)", Compare("<=", Sum(((-1, A),)), B)),
        ("2 * (a - b) == 0", Compare("==", Sum(((2, A), (-2, B))), Number(0))),
        ("-2 * a == b", Compare("==", Sum(((-2, A),)), B)),
        ("a - 1 == -1", Compare("==", Sum(((1, A), (-1, Number(1)))), Sum(((-1, Number(1)),)))),
        ("a == sum(group)", Compare("==", A, Group("group"))),
        ("whole(a - b)", Whole(Sum(((1, A), (-1, B))))),
        ("not a == b", Not(Compare("==", A, B))),
        (
            "a == 0 or b == 0 and c == 0",
            Or(
                (
                    Compare("==", A, Number(0)),
                    And((Compare("==", B, Number(0)), Compare("==", C, Number(0)))),
                )
            ),
        ),
        (
            "not a == 0 and b == 0",
            And((Not(Compare("==", A, Number(0))), Compare("==", B, Number(0)))),
        ),
    ],
)
def test_a_rule_is_understood_with_the_precedence_of_python(text: str, tree: Node) -> None:
    assert parse(text) == tree


REFUSED = """
# not true or false
a
a + b
5
True
sum(a)
(a == b) + 1
-(a == b)
whole(a) == 1
(a == b) == c
# other operators
a * b == c
a * 2 == c
2 * 3 * a == b
--2 * a == b
True * a == b
a / 2 == b
a // 2 == b
a % 2 == 0
a ** 2 == 4
a | b
a & b == c
a @ b == c
~a == b
+a == b
a in b
a is b
a is not b
a < b < c
a if b == 0 else c
# other values
a == 1.5
a == 1e3
a == 1j
a == "text"
a == b"text"
a == f"{a}"
a == None
a == True
a == ...
"text"
# other calls
max(a) == b
sum(a, b) == c
sum(a + b) == c
sum(a.b) == c
sum(*a) == c
sum(group=a) == c
whole(a, b)
whole(value=a)
whole()
whole(a == b)
whole(whole(a))
sum(sum(a)) == b
a.b(c) == d
__import__("os") == a
__import__("os").system("true") == 0
exec("a") == 1
(lambda: a)() == b
# other constructs
lambda: a == b
lambda a: a
a[0] == b
a[b:c] == d
a().b == c
(a + b).c == d
"".join == a
[a] == b
(a, b) == c
{a} == b
{a: b} == c
[a for a in b] == c
all(a for a in b)
(x := a) == b
await a == b
(yield a) == b
*a == b
a == b, c == d
a = b
a == b; c == d
import os
a ==
(a == b
a == b)
a == b # == c ) (
合计 == == 1
a \u0000 == b
"""


@pytest.mark.parametrize(
    "text",
    [
        line.replace("\\u0000", "\0")
        for line in REFUSED.splitlines()
        if line and not line.startswith("# ") and "# ==" not in line
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\n",
        "a == b\nc == d",
        "(" * 5000 + "a == b" + ")" * 5000,
        "(" * 450 + "a == b" + ")" * 450,
        "not " * (MAX_DEPTH + 1) + "a == b",
        "not " * 200 + "a == b",
        "-" * 900 + "a",
        "~" * 900 + "a == b",
        "a" + ".b" * 450 + "() == c",
        "a == " + "9" * 5000,
        "a == b and " * 200 + "c == d",
        "a" * (MAX_LENGTH + 1),
        '"\\d" == a',
        "a == b\ud800",
    ],
)
def test_no_text_is_too_strange_to_be_refused_in_words(text: str) -> None:
    with pytest.raises(RuleError) as refusal:
        parse(text)
    assert str(refusal.value)


def test_long_sums_are_no_deeper_than_short_ones() -> None:
    tree = parse(" - ".join(["a"] * 200) + " == " + "-" * 51 + "b")
    assert isinstance(tree, Compare)
    assert evaluate(_bound(tree), {"t.a": 1, "t.b": 198}, 1)


def _bound(tree: Node) -> Node:
    group = Sum(((1, Ref("t.a")), (1, Ref("t.b"))), "全组各项之和")
    return bind(tree, {name: f"t.{name}" for name in ("a", "b", "c")}, {"group": group})


@pytest.mark.parametrize(
    ("text", "cells", "main"),
    [
        ("c == sum(group)", ("t.c", "t.a", "t.b"), "c = 全组各项之和"),
        ("a == 0 or a + b > c", ("t.a", "t.b", "t.c"), "a + b ＞ c"),
        ("whole(b) and a != b", ("t.b", "t.a"), "a ≠ b"),
        ("a < 3 or not whole(a)", ("t.a",), "a ＜ 3"),
    ],
)
def test_cells_and_the_comparison_that_people_see(
    text: str, cells: tuple[str, ...], main: str
) -> None:
    tree = _bound(parse(text))
    assert [ref.key for ref in refs(tree)] == list(cells)
    assert sentence(main_comparison(tree), lambda ref: ref.key.removeprefix("t.")) == main
    assert not any(isinstance(part, Name | Group) for part in walk(tree))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a == b", "a = b"),
        ("a - 2 * (b - c) >= 0", "a - 2×b + 2×c ≥ 0"),
        ("-a - sum(group) < -1", "-a - 全组各项之和 ＜ -1"),
        ("c == 2 * sum(group)", "c = 2×全组各项之和"),
        ("whole(a - b)", "a - b 是整数"),
        ("not (a == 0 or b == 0)", "并非（a = 0，或者 b = 0）"),
        ("a == 0 or b == 0 and c != 0", "a = 0，或者 b = 0，并且 c ≠ 0"),
        ("(a == 0 or b == 0) and c != 0", "（a = 0，或者 b = 0），并且 c ≠ 0"),
    ],
)
def test_a_rule_reads_as_a_sentence(text: str, words: str) -> None:
    assert sentence(_bound(parse(text)), lambda ref: ref.key.removeprefix("t.")) == words
