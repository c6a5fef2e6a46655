"""Settling: what is asked after the findings were shown, in which order, and when nothing is asked at all."""

from __future__ import annotations

import pytest

from infra.deploy import preflight
from infra.deploy.findings import Finding, Remedy, failure, ok, warning


class Answers:
    """A person who answers with these, and what was said to that person."""

    def __init__(self, *answers: bool) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, bool]] = []
        self.heard: list[str] = []

    def say(self, text: str = "") -> None:
        self.heard.append(text)

    def agrees(self, question: str, *, is_contract: bool = False) -> bool:
        self.asked.append((question, is_contract))
        return self.answers.pop(0)


class Trouble:
    """Failures that go away one by one when their remedy is applied."""

    def __init__(self, *names: str) -> None:
        self.left = list(names)

    def look(self) -> list[Finding]:
        bad = [
            failure(name, "is bad.", "Mend it.", Remedy(f"{name}?", lambda n=name: self.left.remove(n)))
            for name in self.left
        ]
        return [ok("air", "is there"), *bad]


def test_when_all_is_well_nothing_is_asked():
    person = Answers()
    assert preflight.settle(lambda: [ok("air", "is there"), warning("sun", "is low.", "Wait.")], person)
    assert person.heard == ["ok       air: is there", "warning  sun: is low.\n         Fix: Wait.", ""]


def test_remedies_are_applied_in_order_and_looked_at_again():
    trouble, person = Trouble("bootstrap", "role"), Answers(True, True)
    assert preflight.settle(trouble.look, person)
    assert [question for question, _ in person.asked] == ["bootstrap?", "role?"]
    assert person.heard[-2:] == ["ok       air: is there", ""]


def test_a_contract_is_asked_for_as_one():
    offer = failure("model", "has no agreement.", "Accept it.", Remedy("Accept?", lambda: None, is_contract=True))
    person = Answers(False)
    preflight.settle(lambda: [offer], person)
    assert person.asked == [("Accept?", True)]


def test_the_first_no_is_the_last_question():
    trouble, person = Trouble("bootstrap", "role"), Answers(False)
    assert not preflight.settle(trouble.look, person)
    assert trouble.left == ["bootstrap", "role"]


def test_all_failures_are_shown_at_once_and_nothing_is_asked_while_one_has_no_remedy():
    trouble, person = Trouble("bootstrap"), Answers()
    hopeless = failure("model", "has ended.", "Choose another.")
    assert not preflight.settle(lambda: [*trouble.look(), hopeless], person)
    assert [line for line in person.heard if line.startswith("FAILURE")] == [
        "FAILURE  bootstrap: is bad.\n         Fix: Mend it.",
        "FAILURE  model: has ended.\n         Fix: Choose another.",
    ]


def test_anyway_applies_what_can_be_mended_and_goes_on():
    trouble, person = Trouble("bootstrap"), Answers(True)
    hopeless = failure("model", "has ended.", "Choose another.")
    assert preflight.settle(lambda: [*trouble.look(), hopeless], person, anyway=True)
    assert trouble.left == []


@pytest.mark.parametrize("make", [warning, failure])
def test_nothing_bad_is_told_without_a_way_to_mend_it(make):
    with pytest.raises(ValueError, match="names its fix"):
        make("model", "has ended.", "")
