"""Quotes, usage, canceling, running again and filtered lists: in the library, and typed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from darkroom_client import Amount, Darkroom, DarkroomError, RequestRefused, Total
from darkroom_client.cli import exits

from tests.unit.client_rig import JPEG, KEY, PNG, QUOTE, USAGE, Answer, command_line, problem
from tests.unit.test_client_commands import COMMANDS

QUOTES, IMAGES = "POST /v1/quotes", "POST /v1/images"
SHOP = {
    "day": "2026-11-22", "task": "TEXT_IMAGE", "model": "the-rigs", "key": "shop",
    "jobs": 4, "images": 8, "amount": 320_000,
}  # fmt: skip
KEYED = USAGE | {
    "total": {"jobs": 7, "images": 12, "amount": 410_000},
    "rows": [USAGE["rows"][0] | {"key": "main"}, USAGE["rows"][1] | {"key": "recipe:cut"}, SHOP],
}
RETRIED = QUOTE | {"cost": {**QUOTE["cost"], "atMost": 160_000}}


@pytest.fixture
def client(rig):
    with Darkroom(rig.base_url, KEY) as client:
        yield client


@pytest.fixture
def darkroom(rig, tmp_path, monkeypatch):
    """The command line beside two pictures and a mask, with the rig named by the environment."""
    monkeypatch.chdir(tmp_path)
    for name, content in {"one.png": PNG, "two.jpg": JPEG, "mask.png": PNG}.items():
        (tmp_path / name).write_bytes(content)
    named = {"DARKROOM_BASE_URL": rig.base_url, "DARKROOM_API_KEY": KEY}
    return command_line(named | {"DARKROOM_CONFIG": str(tmp_path / "profiles.json")})


def test_a_body_is_quoted_and_not_run(rig, client):
    body = {"taskType": "INPAINTING", "fieldOfTheFuture": 1}

    quote = client.quote(body)

    assert rig.asked(QUOTES)[0].json == body
    assert rig.asked(IMAGES) == []
    assert (quote.task_type, quote.cost.quoted, quote.calls) == ("INPAINTING", 80_000, 2)
    assert (quote.model.served, quote.body) == ("model-of-the-rig", {"prompt": "a ship"})
    assert [(one.field, one.verdict) for one in quote.fidelity] == [("seed", "exact"), ("cfgScale", "ignored")]
    assert quote.wire == {**QUOTE, "taskType": "INPAINTING"}


def test_every_verb_can_be_quoted_with_the_very_body_that_it_would_run(rig, client):
    for ask in (
        lambda verbs: verbs.generate("a ship", count=2, wait=7, idempotency_key="a"),
        lambda verbs: verbs.condition(PNG, "a ship"),
        lambda verbs: verbs.color_guided("a ship", ["#FF0000"]),
        lambda verbs: verbs.vary([PNG]),
        lambda verbs: verbs.inpaint(JPEG, mask=PNG),
        lambda verbs: verbs.outpaint(JPEG, "a beach", mask_prompt="a cup"),
        lambda verbs: verbs.remove_background(JPEG),
    ):
        assert client.quote(ask).cost.quoted == 80_000
        ask(client)

    assert [one.json for one in rig.asked(QUOTES)] == [one.json for one in rig.asked(IMAGES)]
    assert "idempotency-key" not in rig.asked(QUOTES)[0].headers


def test_what_would_be_refused_is_not_quoted(rig, client):
    rig.next(QUOTES, Answer(422, problem(422, "not-served")))

    with pytest.raises(RequestRefused):
        client.quote(lambda dry: dry.generate("a ship"))


def test_usage_is_read_with_what_is_left(rig, client):
    usage = client.usage(date(2026, 11, 1), until=date(2026, 11, 23))

    assert rig.seen[0].query == {"since": "2026-11-01", "until": "2026-11-23"}
    assert (usage.since, usage.total.amount, usage.rows[0].images) == (date(2026, 11, 1), 90_000, 3)
    day, month = usage.budgets
    assert (day.scope, day.period, day.of) == ("deployment", "day", "2026-11-23")
    assert day.resets_at == datetime(2026, 11, 24, tzinfo=UTC)
    assert day.left == Amount(9_880_000, None)
    assert month.left == Amount(0, 35), "what is overdrawn leaves nothing, and no debt"
    assert client.usage().wire == USAGE
    assert rig.seen[1].query == {}


def test_usage_is_summed_up_by_any_of_its_columns(rig, client):
    rig.fixed["GET /v1/usage"] = KEYED

    usage = client.usage()

    assert [row.key for row in usage.rows] == ["main", "recipe:cut", "shop"]
    assert usage.by("model") == {"the-rigs": Total(6, 11, 400_000), "cut": Total(1, 1, 10_000)}
    assert usage.by("day") == {"2026-11-23": Total(2, 3, 80_000), "2026-11-22": Total(5, 9, 330_000)}
    assert usage.by("task")["TEXT_IMAGE"] == Total(6, 11, 400_000)
    assert usage.by("key")["shop"] == Total(4, 8, 320_000)


def test_usage_of_a_deployment_that_tells_no_keys_is_read(client):
    usage = client.usage()

    assert [row.key for row in usage.rows] == [None, None]
    assert usage.by("key") == {"-": usage.total}


def test_the_most_that_a_task_can_cost_is_what_is_quoted_unless_it_says_more(rig, client):
    plain = client.quote({"taskType": "TEXT_IMAGE"}).cost
    rig.next(QUOTES, Answer(200, RETRIED), Answer(200, QUOTE | {"cost": {**QUOTE["cost"], "atMost": None}}))
    retried = client.quote({"taskType": "TEXT_IMAGE", "onUnknown": "retry"}).cost

    assert (plain.at_most, plain.bound) == (None, 80_000)
    assert (retried.quoted, retried.at_most, retried.bound) == (80_000, 160_000, 160_000)
    assert client.quote({"taskType": "TEXT_IMAGE"}).cost.bound == 80_000


@pytest.mark.parametrize("path", ["POST /v1/quotes", "GET /v1/usage"])
def test_what_is_neither_a_quote_nor_usage_is_told(rig, client, path):
    rig.next(path, Answer(200, {"hello": "world"}))

    with pytest.raises(DarkroomError, match="base URL"):
        client.quote({"taskType": "TEXT_IMAGE"}) if "quotes" in path else client.usage()


def test_a_waiting_job_is_canceled_and_one_under_way_is_not(rig, client):
    rig.job()
    assert (client.cancel("job_0001").status, client.cancel("job_0001").status) == ("canceled", "canceled")

    rig.next("DELETE /v1/jobs/job_0001", Answer(409, problem(409, "job-goes-on")))
    with pytest.raises(RequestRefused) as told:
        client.cancel("job_0001")
    assert told.value.problem.slug == "job-goes-on"


def test_a_rerun_is_a_new_job_that_is_watched_to_its_end(rig, client):
    rig.job()
    rig.looks = 2

    again = client.rerun("job_0001")

    assert (again.id, again.status, len(again.images)) == ("job_0002", "succeeded", 1)
    assert rig.asked("POST /v1/jobs/job_0001/rerun")[0].body == b""
    assert client.rerun("job_0001", wait=0).status == "running"


def test_jobs_are_listed_by_what_is_asked_for_on_every_page(rig, client):
    for _ in range(60):
        rig.job()
    since = datetime(2026, 11, 23, tzinfo=UTC)

    found = list(client.jobs(status="failed", task="TEXT_IMAGE", source="bus", since=since, until=None))

    wanted = {"status": "failed", "task": "TEXT_IMAGE", "source": "bus", "since": "2026-11-23T00:00:00+00:00"}
    assert len(found) == 60
    assert [one.query for one in rig.seen] == [wanted | {"limit": "50"}, wanted | {"limit": "50", "cursor": "50"}]


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_task_is_quoted_as_it_is_typed(darkroom, rig, verb):
    words, body = COMMANDS[verb]

    result = darkroom("quote", *words)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "cost     0.08 USD",
        "model    model-of-the-rig in us-west-2, 2 calls",
        "field    cfgScale ignored: no such dial",
    ]
    assert rig.asked(QUOTES)[0].json == body
    assert rig.asked(IMAGES) == []


def test_several_pictures_are_quoted_one_by_one_and_together(darkroom, rig):
    result = darkroom("quote", "remove-background", "one.png", "two.jpg")

    assert result.stdout.splitlines()[0] == "picture  one.png"
    assert result.stdout.splitlines()[-1] == "together 0.16 USD"

    rig.next(QUOTES, Answer(422, problem(422, "image-unreadable")))
    partly = darkroom("quote", "remove-background", "one.png", "two.jpg")
    assert partly.exit_code == exits.REFUSED
    assert partly.stdout.splitlines()[-1] == "together 0.08 USD"
    assert ": A title (image-unreadable)" in partly.stderr


def test_a_quote_is_printed_as_json(darkroom):
    assert json.loads(darkroom("quote", "generate", "a ship", "--json").stdout) == QUOTE


def test_what_would_be_refused_is_refused(darkroom, rig):
    rig.next(QUOTES, Answer(422, problem(422, "not-served")))

    result = darkroom("quote", "generate", "a ship")

    assert (result.exit_code, result.stdout) == (exits.REFUSED, "")
    assert "(not-served)" in result.stderr


@pytest.mark.parametrize(("at_most", "told"), [(160_000, "0.08 USD, at most 0.16 USD"), (80_000, "0.08 USD")])
def test_a_quote_tells_what_it_costs_at_most_where_that_is_more(darkroom, rig, at_most, told):
    rig.next(QUOTES, Answer(200, QUOTE | {"cost": {**QUOTE["cost"], "atMost": at_most}}))

    result = darkroom("quote", "generate", "a ship", "--on-unknown", "retry")

    assert result.stdout.splitlines()[0] == f"cost     {told}"
    assert rig.seen[0].json["onUnknown"] == "retry"


def test_several_quotes_tell_what_they_cost_together_at_most(darkroom, rig):
    rig.next(QUOTES, Answer(200, RETRIED))

    result = darkroom("quote", "remove-background", "one.png", "two.jpg")

    assert result.stdout.splitlines()[-1] == "together 0.16 USD, at most 0.24 USD"


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("key", ["key         jobs  images   charged",
                 "main           2       3  0.08 USD",
                 "recipe:cut     1       1  0.01 USD",
                 "shop           4       8  0.32 USD",
                 "total          7      12  0.41 USD"]),
        ("Task", ["task                jobs  images   charged",
                  "TEXT_IMAGE             6      11  0.40 USD",
                  "BACKGROUND_REMOVAL     1       1  0.01 USD",
                  "total                  7      12  0.41 USD"]),
    ],
)  # fmt: skip
def test_usage_is_summed_up_as_typed(darkroom, rig, by, rows):
    rig.fixed["GET /v1/usage"] = KEYED

    result = darkroom("usage", "--by", by)

    assert result.stdout.splitlines()[1:-2] == rows
    assert result.stdout.splitlines()[-1].startswith("left of the key's month")


def test_sums_by_a_column_are_not_printed_as_json(darkroom, rig):
    assert darkroom("usage", "--by", "key", "--json").exit_code == exits.REFUSED
    assert darkroom("usage", "--by", "colour").exit_code == exits.REFUSED
    assert rig.seen == []


def test_usage_is_a_table_and_what_is_left(darkroom, rig):
    rig.fixed["GET /v1/usage"] = KEYED

    result = darkroom("usage", "--since", "2026-11-01", "--until", "2026-11-23")

    assert result.stdout.splitlines() == [
        "2026-11-01 to 2026-11-23 (UTC)",
        "day         task                model     key         jobs  images   charged",
        "2026-11-23  TEXT_IMAGE          the-rigs  main           2       3  0.08 USD",
        "2026-11-22  BACKGROUND_REMOVAL  cut       recipe:cut     1       1  0.01 USD",
        "2026-11-22  TEXT_IMAGE          the-rigs  shop           4       8  0.32 USD",
        "total                                                    7      12  0.41 USD",
        "left of the deployment's day 2026-11-23: 9.88 USD of 10.00 USD; anew at 2026-11-24 00:00 UTC",
        "left of the key's month 2026-11: 0.00 USD of 0.10 USD, 35 of 40 pictures; anew at 2026-12-01 00:00 UTC",
    ]
    assert rig.seen[0].query == {"since": "2026-11-01", "until": "2026-11-23"}
    assert json.loads(darkroom("usage", "--json").stdout) == KEYED


def test_a_canceled_job_is_told_in_a_line(darkroom, rig):
    rig.job()

    assert darkroom("cancel", "job_0001").stdout.split()[:2] == ["job_0001", "canceled"]
    assert json.loads(darkroom("cancel", "job_0001", "--json").stdout)["status"] == "canceled"
    rig.next("DELETE /v1/jobs/job_0001", Answer(409, problem(409, "job-ended")))
    assert darkroom("cancel", "job_0001").exit_code == exits.REFUSED


def test_a_rerun_saves_its_pictures(darkroom, rig, tmp_path):
    rig.job()

    result = darkroom("rerun", "job_0001", "--out", "again")

    assert result.stdout == "again/job_0002-1.png\n"
    assert (tmp_path / "again" / "job_0002-1.png").read_bytes() == PNG
    assert darkroom("rerun", "job_9").exit_code == exits.REFUSED


@pytest.mark.parametrize(
    ("typed", "since", "until"),
    [
        ("2026-11-23", "2026-11-23T00:00:00+00:00", "2026-11-23T23:59:59.999999+00:00"),
        ("2026-11-23T10:00", "2026-11-23T10:00:00+00:00", "2026-11-23T10:00:00+00:00"),
        ("2026-11-23T10:00+01:00", "2026-11-23T10:00:00+01:00", "2026-11-23T10:00:00+01:00"),
    ],
)
def test_jobs_are_filtered_as_typed(darkroom, rig, typed, since, until):
    words = ["--status", "Failed", "--task", "inpainting", "--source", "uploads", "--since", typed, "--until", typed]

    assert darkroom("jobs", *words).exit_code == 0
    assert rig.seen[0].query == {
        "limit": "20", "status": "failed", "task": "INPAINTING", "source": "uploads", "since": since, "until": until,
    }  # fmt: skip
