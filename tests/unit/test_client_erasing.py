"""Erasing jobs and tenants, in the library and typed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from darkroom_client import DarkroomError, OutcomeUnknown, RequestRefused, TenantErased
from darkroom_client.cli import exits

from tests.unit.client_rig import DROPPED, Answer, problem
from tests.unit.test_client_dead_letters import on_a_terminal

JOB, TENANT = "DELETE /v1/jobs/job_0001", "DELETE /v1/tenants/shop"
ERASED = {
    "id": "job_0001", "erased": True, "objects": 5, "erasedAt": "2026-11-23T12:00:00Z",
    "cost": {"quoted": 80_000, "charged": 40_000, "currency": "USD"},
}  # fmt: skip
GOES_ON = Answer(409, problem(409, "job-goes-on"))


def erased(job_id="job_0001", **more):
    return Answer(200, {**ERASED, "id": job_id, **more})


def part(jobs, objects, *, more=False, **also):
    return Answer(200, {"jobs": jobs, "objects": objects, "more": more, **also})


def test_a_job_is_erased_by_its_id_or_as_it_is(rig, client):
    rig.job()
    job = client.job("job_0001")
    rig.next(JOB, erased(), erased())

    gone = client.erase("job_0001")

    assert rig.asked(JOB)[0].query == {"erase": "true"}
    assert (gone.id, gone.objects, gone.cost.charged) == ("job_0001", 5, 40_000)
    assert gone.erased_at == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert gone.wire == ERASED
    assert client.erase(job) == gone


def test_a_job_under_way_is_not_erased(rig, client):
    rig.next(JOB, GOES_ON)

    with pytest.raises(RequestRefused) as told:
        client.erase("job_0001")

    assert told.value.problem.slug == "job-goes-on"


def test_an_erasure_whose_answer_is_lost_is_asked_for_again(rig, client):
    rig.next(JOB, DROPPED, Answer(504, b"<html>"), erased())

    assert client.erase("job_0001").objects == 5


def test_an_erasure_of_which_nothing_is_known_tells_that(rig, client, pauses):
    rig.next(JOB, *[DROPPED] * 4)

    with pytest.raises(OutcomeUnknown, match="again does no harm"):
        client.erase("job_0001")

    assert len(pauses) == 3


def test_a_deployment_that_cancels_in_place_of_erasing_is_told(rig, client):
    rig.job()

    with pytest.raises(DarkroomError, match="does not say that the job is erased"):
        client.erase("job_0001")


@pytest.mark.parametrize("answer", [{"hello": "world"}, {**ERASED, "erasedAt": "soon"}, {**ERASED, "cost": None}])
def test_what_is_no_erasure_is_told(rig, client, answer):
    rig.next(JOB, Answer(200, answer))

    with pytest.raises(DarkroomError):
        client.erase("job_0001")


def test_a_tenant_is_erased_part_by_part(rig, client):
    rig.next(TENANT, part(100, 500, more=True), part(100, 400, more=True), part(7, 0))

    assert client.erase_tenant("shop") == TenantErased(jobs=207, objects=900)
    assert len(rig.seen) == 3


def test_a_tenant_with_jobs_under_way_is_not_erased_whole(rig, client):
    rig.next(TENANT, part(100, 500, more=True, underWay=3), part(7, 20, underWay=1))

    done = client.erase_tenant("shop")

    assert done == TenantErased(107, 520, under_way=1)
    assert not done.is_complete


def test_a_part_that_comes_to_nothing_ends_it(rig, client):
    rig.next(TENANT, part(1, 5, more=True), part(0, 0, more=True, underWay=1))

    assert client.erase_tenant("shop") == TenantErased(1, 5, under_way=1, more=True)


def test_a_part_whose_answer_was_lost_leaves_the_sums_uncertain(rig, client):
    rig.next(TENANT, part(100, 500, more=True), DROPPED, part(7, 20))

    assert client.erase_tenant("shop") == TenantErased(107, 520, exact=False)


def test_an_error_notes_what_was_erased_before_it(rig, client):
    rig.next(TENANT, part(100, 1, more=True), *[Answer(503, problem(503, "busy", retryable=True))] * 4)

    with pytest.raises(DarkroomError) as told:
        client.erase_tenant("shop")

    assert told.value.__notes__ == ["Before that: 100 jobs, 1 file erased."]


def test_a_tenants_name_stays_within_its_route(rig, client):
    with pytest.raises(RequestRefused):
        client.erase_tenant("../jobs/job_0001?erase=true")

    assert rig.seen[0].path == "/v1/tenants/..%2Fjobs%2Fjob_0001%3Ferase%3Dtrue"


def test_each_job_is_erased_and_one_that_goes_on_does_not_stop_the_others(darkroom, rig):
    rig.next(JOB, erased())
    rig.next("DELETE /v1/jobs/job_0002", GOES_ON)
    rig.next("DELETE /v1/jobs/job_0003", erased("job_0003", objects=1))

    result = darkroom("erase", "job_0001", "job_0002", "job_0003", "--yes")

    assert result.exit_code == exits.REFUSED
    assert result.stdout.splitlines() == [
        "job_0001  erased  5 files  0.04 USD", "job_0003  erased  1 file  0.04 USD",
    ]  # fmt: skip
    assert "job_0002: A title (job-goes-on)" in result.stderr
    assert f"→ environment: {rig.base_url}" in result.stderr


def test_an_erased_tenant_is_told_by_its_sums(darkroom, rig):
    rig.next(TENANT, part(100, 500, more=True), part(7, 20))

    result = darkroom("erase", "--tenant", "shop", "--yes")

    assert (result.exit_code, result.stdout) == (0, "107 jobs, 520 files erased\n")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (part(1, 5, underWay=1), "1 job is under way and must end first: run it again then.\n"),
        (part(1, 5, underWay=2), "2 jobs are under way and must end first: run it again then.\n"),
        (part(0, 0, more=True), "There is more of it: run it again.\n"),
    ],
)
def test_what_is_left_of_a_tenant_is_told_and_is_no_success(darkroom, rig, answer, told):
    rig.next(TENANT, answer)

    result = darkroom("erase", "--tenant", "shop", "--yes", "--quiet")

    assert (result.exit_code, result.stderr) == (exits.FAILED, told)


@pytest.mark.parametrize(
    "words", [[], ["--yes"], ["job_0001"], ["--tenant", "shop"], ["job_0001", "--tenant", "shop", "--yes"]]
)
def test_what_is_not_plainly_meant_is_not_erased(darkroom, rig, words):
    result = darkroom("erase", *words)

    assert (result.exit_code, result.stdout, rig.seen) == (exits.REFUSED, "", [])


@pytest.mark.parametrize(
    ("words", "question"),
    [
        (["job_0001"], "Erase the job job_0001, for good?"),
        (["job_0001", "job_0002"], "Erase 2 jobs, for good?"),
        (["--tenant", "shop"], "Erase all of the tenant shop, for good?"),
    ],
)
def test_on_a_terminal_it_asks_first(rig, environ, words, question):
    refused = on_a_terminal(environ, ["erase", *words], "\n")

    assert (refused.returncode, refused.stdout, rig.seen) == (exits.FAILED, "", [])
    assert question in refused.stderr


def test_what_is_confirmed_is_erased(rig, environ):
    rig.next(JOB, erased())

    confirmed = on_a_terminal(environ, ["erase", "job_0001"], "y\n")

    assert (confirmed.returncode, confirmed.stdout) == (0, "job_0001  erased  5 files  0.04 USD\n")
