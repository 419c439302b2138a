"""A few hundred of the mutated messages; python -m tests.fuzz_mail reads any number of them."""

from __future__ import annotations

from tests.fuzz_mail import cases

CASES, SEED = 400, 2


def test_mutated_messages_are_read_and_nothing_is_lost_unseen() -> None:
    done = list(cases(SEED, 0, CASES))
    assert [(one.number, one.broken) for one in done if one.broken] == []
    whole = [one for one in done if one.is_whole and one.kind == "mail"]
    assert sum(one.has_it for one in whole) > 0.9 * len(whole)
