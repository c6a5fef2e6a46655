"""The job's states: every transition that is written down, and none that is not."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from functions.darkroom.ids import new_id
from functions.darkroom.job import TRANSITIONS, Job, Source, Status, Step, moment

NOW = 1_800_000_000.0


def job(status: Status = Status.QUEUED, **changes) -> Job:
    start = Job(
        id=new_id(), tenant="t", taskType="TEXT_IMAGE", source=Source(door="http"), createdAt=moment(NOW),
        expiresAt=moment(NOW + 60), steps=(Step(n=1, model="m"), Step(n=2, model="m")),
    )  # fmt: skip
    return start.model_copy(update={"status": status, **changes})


MOVES = {
    "claimed": (lambda one: one.claimed(NOW, 100), Status.RUNNING),
    "calling": (lambda one: one.calling(1, NOW, 100), Status.RUNNING),
    "stepped": (lambda one: one.stepped(1, "stored", 5), Status.RUNNING),
    "rested": (lambda one: one.rested(NOW), Status.QUEUED),
    "abandoned": (lambda one: one.abandoned(NOW), Status.QUEUED),
    "refused_by_model": (lambda one: one.refused_by_model(), Status.QUEUED),
    "at": (lambda one: one.at(NOW), Status.QUEUED),
    "in_line": (lambda one: one.in_line(7, NOW), Status.QUEUED),
    **{str(end): ((lambda one, end=end: one.finished(end, NOW)), end) for end in Status if end.ended},
}


@pytest.mark.parametrize(("status", "move"), list(itertools.product(Status, MOVES)))
def test_a_move_is_allowed_exactly_where_the_table_says(status, move):
    make, target = MOVES[move]
    if target in TRANSITIONS[status]:
        assert make(job(status)).status is target
    else:
        with pytest.raises(ValueError, match="cannot go"):
            make(job(status))


def test_an_ended_job_owes_its_event_and_only_that():
    ended = job(Status.RUNNING).finished(Status.SUCCEEDED, NOW)
    assert ended.outbox == {"event"}
    assert ended.sent("event", NOW).dueAt is None


def test_what_steps_were_charged_is_what_the_job_was_charged():
    running = job(Status.RUNNING).stepped(1, "stored", 40).stepped(2, "unknown", 2)
    assert running.cost.charged == 42
    assert running.stepped(2, "planned").cost.charged == 40


def test_a_lease_dies_when_its_time_is_over():
    running = job().claimed(NOW, 100)
    assert not running.lease_is_dead(NOW + 99)
    assert running.lease_is_dead(NOW + 100)
    assert not running.rested(NOW).lease_is_dead(NOW + 1000)


def test_ids_sort_by_age_and_do_not_repeat():
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert [one[:14] for one in ids] == sorted(one[:14] for one in ids)
    assert all(len(one) == 30 for one in ids)


def test_a_job_reads_back_as_it_was_written_and_ignores_what_it_does_not_know():
    written = job(Status.RUNNING).model_dump_json()
    assert Job.model_validate_json(written) == Job.model_validate_json(written[:-1] + ', "later": 1}')


def test_the_table_of_the_docs_is_the_table_of_the_code():
    page = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text("utf-8")
    table = page.split("### States")[1].split("### A step")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in table.splitlines() if line.startswith("| ")][1:]
    told = {(begin, end) for begin, ends, _ in rows for end in ends.split(", ")}
    assert told == {(str(begin), str(end)) for begin, ends in TRANSITIONS.items() for end in ends}
    assert all(why for *_, why in rows)


def test_a_step_whose_outcome_is_unknown_is_replaced_once_and_only_where_it_was_chosen():
    lost = job(Status.RUNNING, onUnknown="retry").stepped(1, "unknown", 5)
    assert lost.may_call_again(1)
    again = lost.replaced(1)
    assert [(step.n, step.place) for step in again.standing_steps] == [(3, 1), (2, 2)]
    assert not again.stepped(3, "unknown").may_call_again(3)
    assert not job(Status.RUNNING).stepped(1, "unknown").may_call_again(1)
    assert again.planned_calls == 2
