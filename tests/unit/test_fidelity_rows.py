"""The account of every field of every task by every engine: told by the same data that the docs' table is made of."""

from __future__ import annotations

from typing import get_args

import pytest

from functions.darkroom import accounts, drafts, fidelity, tasks
from functions.darkroom.catalogue import CUTOUT, MODELS, TITAN_V1, TITAN_V2, by_id
from functions.darkroom.contracts import contract_of
from functions.darkroom.engines import engine, stability
from functions.darkroom.errors import FidelityRefused, NotServed
from functions.darkroom.fields import ControlMode, OutPaintingMode, Style
from functions.darkroom.job import Job, ServedBy, Source
from functions.darkroom.model import ENGINES
from functions.darkroom.tasks import TASK_TYPES
from tests.unit.request_rig import CANVAS, request
from tests.unit.stability_rig import served, task_of, verdicts

ROWS = {name: tuple(engine(name).fidelity_rows()) for name in ENGINES}
ALL = [row for rows in ROWS.values() for row in rows]
SKETCH, STRUCTURE = "stability.stable-image-control-sketch-v1:0", "stability.stable-image-control-structure-v1:0"
INPAINT, ERASE = "stability.stable-image-inpaint-v1:0", "stability.stable-image-erase-object-v1:0"
REPLACE, OUTPAINT = "stability.stable-image-search-replace-v1:0", "stability.stable-outpaint-v1:0"
CORE, GUIDE = "stability.stable-image-core-v1:1", "stability.stable-image-style-guide-v1:0"
WORDS = {"maskImage": None, "maskPrompt": "the cup"}
CONDITIONED = {"conditionImage": "x"}
VALUES = {
    "TEXT_IMAGE": [
        {}, {"negativeText": "x"}, CONDITIONED, *(CONDITIONED | {"controlMode": one} for one in get_args(ControlMode)),
        CONDITIONED | {"controlStrength": 0.1}, *({"modelId": CANVAS, "style": one} for one in get_args(Style)),
        *({"modelId": CANVAS, "style": one} | CONDITIONED for one in get_args(Style)),
    ],
    "COLOR_GUIDED_GENERATION": [{}, {"negativeText": "x"}, {"referenceImage": "x"}],
    "IMAGE_VARIATION": [
        {}, {"images": ["x"] * 5}, {"text": None}, {"negativeText": "x"}, {"similarityStrength": 0.5},
    ],
    "INPAINTING": [
        {}, {"text": "x"}, WORDS, WORDS | {"text": "x"}, {"negativeText": "x"}, {"returnMask": True},
        {"returnMask": False}, WORDS | {"returnMask": True},
    ],
    "OUTPAINTING": [
        {}, {"negativeText": "x"}, WORDS, {"returnMask": True}, {"returnMask": False},
        *({"outPaintingMode": one} for one in get_args(OutPaintingMode)),
    ],
    "BACKGROUND_REMOVAL": [{}],
}  # fmt: skip
CONFIGS = [
    {}, {"numberOfImages": 1}, {"numberOfImages": 3}, {"cfgScale": 5}, {"quality": "premium"}, {"seed": 0}, {"seed": 7},
    {"width": 512, "height": 512},
]  # fmt: skip


SOME_LACK = {"style", "seed", "returnMask", "conditionImage", "controlMode", "controlStrength", "width", "height"}
"""Fields that one of Amazon's contracts has, and another has not."""


def requests(name):
    """Requests that set every field of a task to every kind of value."""
    for fields in VALUES[name]:
        for config in CONFIGS if name != "BACKGROUND_REMOVAL" else [{}]:
            data = request(name, **fields | config)
            try:
                yield tasks.from_data(data)
            except Exception:  # noqa: BLE001  (what a contract has no place for, another combination has)
                yield tasks.from_data(request(name, **fields))


def accounted(task, model):
    return {one.field: one for one in engine(model.engine).verdicts(task, model)}


CASES = [(name, model) for model in MODELS.values() for name in sorted(model.tasks)]


@pytest.mark.parametrize(("name", "model"), CASES, ids=lambda one: getattr(one, "id", one))
def test_every_verdict_of_every_field_is_a_row_of_the_table_and_every_set_field_has_one(name, model):
    told = {(row.field, row.verdict): row for row in ROWS[model.engine] if (row.task, row.model) == (name, model.id)}
    for task in requests(name):
        if model.contract not in {None, contract_of(task.modelId)}:
            continue
        try:
            found = accounted(task, model)
        except NotServed as refused:
            [error] = refused.errors
            assert told[error.field, "refused"].reason == error.detail
            assert refused.hint
            continue
        found.pop("modelId", None)
        assert set(fidelity.set_fields(task)) <= found.keys()
        for field, one in found.items():
            reasons = {row.reason for row in told.values() if (row.field, row.verdict) == (field, one.verdict)}
            assert reasons, (field, one)
    assert {field for field, _ in told} <= set(accounts.fields_of(name))


@pytest.mark.parametrize(("name", "model"), CASES, ids=lambda one: getattr(one, "id", one))
def test_the_table_has_every_field_that_a_model_takes(name, model):
    fields = {row.field for row in ROWS[model.engine] if (row.task, row.model) == (name, model.id)}
    missing = set(accounts.fields_of(name)) - fields
    last = {one.rpartition(".")[2] for one in missing}
    if model.contract is None:
        assert not missing
    else:
        assert last <= SOME_LACK


def test_every_row_that_is_not_exact_gives_a_reason_that_quotes_nobody():
    assert all(row.reason for row in ALL if row.verdict != "exact")
    assert {row.task for row in ALL} == set(TASK_TYPES)
    assert len(set(ALL)) == len(ALL)
    reasons = {row.reason for row in ALL if row.reason}
    assert all(reason[0].islower() or reason[0].isdigit() for reason in reasons), "it may follow a colon"
    assert not any(reason.endswith(".") for reason in reasons)


def test_a_verdicts_detail_begins_with_the_reason_of_its_row():
    one = verdicts("TEXT_IMAGE", width=1152, height=640, seed=0, numberOfImages=4)
    reasons = {(row.field.rpartition(".")[2], row.reason) for row in ROWS["stability"] if row.model == CORE}
    for name in ("width", "seed", "numberOfImages"):
        assert any(field == name and one[name].detail.startswith(reason) for field, reason in reasons if reason)
    assert "16:9, of which 99%" in one["width"].detail
    assert one["numberOfImages"].detail.endswith(": 4")


@pytest.mark.parametrize(
    ("name", "fields", "field", "verdict"),
    [
        ("TEXT_IMAGE", CONDITIONED | {"controlMode": "CANNY_EDGE"}, "controlMode", "adapted"),
        ("TEXT_IMAGE", CONDITIONED | {"controlMode": "SEGMENTATION"}, "controlMode", "approximated"),
        ("TEXT_IMAGE", CONDITIONED | {"controlStrength": 0.5}, "controlStrength", "exact"),
        ("TEXT_IMAGE", CONDITIONED | {"width": 512, "height": 512}, "height", "adapted"),
        ("INPAINTING", {"text": "x"}, "maskImage", "adapted"),
        ("INPAINTING", {"negativeText": "x"}, "negativeText", "ignored"),
        ("INPAINTING", {"text": "x", "negativeText": "x"}, "negativeText", "exact"),
        ("INPAINTING", {"returnMask": True}, "returnMask", "adapted"),
        ("INPAINTING", {"returnMask": False}, "returnMask", "exact"),
        ("INPAINTING", WORDS | {"returnMask": True}, "returnMask", "ignored"),
        ("INPAINTING", WORDS, "text", "approximated"),
        ("INPAINTING", {"width": 512, "height": 512}, "width", "exact"),
        ("OUTPAINTING", {}, "maskImage", "exact"),
        ("OUTPAINTING", {"outPaintingMode": "DEFAULT"}, "outPaintingMode", "approximated"),
        ("OUTPAINTING", {"outPaintingMode": "PRECISE"}, "outPaintingMode", "adapted"),
        ("OUTPAINTING", {"modelId": OUTPAINT, "negativeText": "x"}, "negativeText", "ignored"),
        ("OUTPAINTING", {"modelId": OUTPAINT}, "image", "adapted"),
        ("IMAGE_VARIATION", {}, "images", "exact"),
        ("IMAGE_VARIATION", {"images": ["x", "y"]}, "images", "ignored"),
        ("IMAGE_VARIATION", {"modelId": GUIDE}, "images", "approximated"),
        ("IMAGE_VARIATION", {"text": None}, "text", "approximated"),
        ("COLOR_GUIDED_GENERATION", {}, "colors", "approximated"),
        ("COLOR_GUIDED_GENERATION", {"referenceImage": "x"}, "referenceImage", "ignored"),
        ("BACKGROUND_REMOVAL", {"engine": "stability"}, "image", "exact"),
    ],
)
def test_what_becomes_of_a_field(name, fields, field, verdict):
    assert verdicts(name, **fields)[field].verdict == verdict


@pytest.mark.parametrize(
    ("name", "fields"),
    [("IMAGE_VARIATION", {"images": ["x", "y"]}), ("COLOR_GUIDED_GENERATION", {"referenceImage": "x"}),
     ("INPAINTING", WORDS | {"returnMask": True}), ("INPAINTING", {"negativeText": "x"})],
)  # fmt: skip
def test_what_would_be_ignored_is_refused_unless_anything_goes(name, fields):
    faithful, whatever = (task_of(name, fidelity=wish, **fields) for wish in ("faithful", "any"))
    with pytest.raises(FidelityRefused, match="cannot keep"):
        fidelity.hold(faithful, stability.verdicts(faithful, served(faithful)))
    fidelity.hold(whatever, stability.verdicts(whatever, served(whatever)))


@pytest.mark.parametrize(
    "name", ["TEXT_IMAGE", "IMAGE_VARIATION", "INPAINTING", "OUTPAINTING", "COLOR_GUIDED_GENERATION"]
)
def test_the_plain_request_of_every_task_is_served_faithfully(name):
    task = task_of(name)
    fidelity.hold(task, stability.verdicts(task, served(task)))


@pytest.mark.parametrize(
    ("name", "fields", "field", "way_out"),
    [
        ("OUTPAINTING", WORDS, "outPaintingParams.maskPrompt", "POST /masks"),
        ("INPAINTING", {"modelId": INPAINT}, "inPaintingParams.text", "modelId"),
        ("INPAINTING", {"modelId": INPAINT, "text": "x"} | WORDS, "inPaintingParams.maskPrompt", "modelId"),
        ("INPAINTING", {"modelId": ERASE} | WORDS, "inPaintingParams.maskPrompt", "modelId"),
        ("INPAINTING", {"modelId": REPLACE}, "inPaintingParams.maskImage", "modelId"),
        ("TEXT_IMAGE", {"modelId": SKETCH}, "textToImageParams.conditionImage", "conditionImage"),
        ("TEXT_IMAGE", {"modelId": STRUCTURE}, "textToImageParams.conditionImage", "conditionImage"),
    ],
)
def test_what_no_wish_makes_possible_is_refused_with_the_way_out(name, fields, field, way_out):
    task = task_of(name, fidelity="any", **fields)
    with pytest.raises(NotServed) as caught:
        stability.verdicts(task, by_id(fields.get("modelId", INPAINT)))
    assert [one.field for one in caught.value.errors] == [field]
    assert way_out in caught.value.hint


@pytest.mark.parametrize(
    "named", [REPLACE, f"us.{REPLACE}", f"arn:aws:bedrock:us-west-2:1:inference-profile/us.{REPLACE}"]
)
def test_a_model_named_by_its_profile_is_no_successor(named):
    assert "modelId" not in verdicts("INPAINTING", modelId=named, **WORDS)


def test_a_seed_that_was_drawn_for_another_model_is_not_sent_to_titan_and_told():
    task = drafts.definite(task_of("INPAINTING", text="x"), by_id(INPAINT))
    assert task.config.seed is not None
    told = {one.field: one for one in engine("titan").verdicts(task, TITAN_V2)}
    assert told["imageGenerationConfig.seed"].verdict == "adapted"


def told_by(name, model, notes, **fields):
    task = task_of(name, **fields)
    own = engine(model.engine).verdicts(task, model)
    job = Job(
        id="job_1", tenant="t", taskType=name, source=Source(door="http"), createdAt=0, expiresAt=0,
        model=ServedBy(served=model.id, engine=model.engine), fidelity=fidelity.amended(own, notes),
    )  # fmt: skip
    return task, job


@pytest.mark.parametrize("model", [by_id(INPAINT), TITAN_V2], ids=lambda model: model.id)
@pytest.mark.parametrize(
    "notes",
    [{}, {"inPaintingParams.maskImage": "The area was grown by 6 pixels."}, {"inPaintingParams.image": "Turned."}],
)
def test_what_was_done_before_stands_beside_what_the_engine_does_and_is_told_again_without_it(model, notes):
    task, job = told_by("INPAINTING", model, notes, text="x")

    for field, note in notes.items():
        [one] = [verdict for verdict in job.fidelity if verdict.field == field]
        assert (one.verdict, one.detail.startswith(note)) == ("adapted", True)
    assert drafts.told_before(job, task) == notes


def test_the_two_notes_read_as_sentences():
    _, job = told_by("INPAINTING", by_id(INPAINT), {"inPaintingParams.maskImage": "It was grown."}, text="x")
    [one] = [verdict for verdict in job.fidelity if verdict.field == "inPaintingParams.maskImage"]
    assert one.detail.startswith("It was grown. Black and white are exchanged")
    assert one.detail.endswith(".")


def test_the_models_that_are_ours_and_amazons_keep_their_word():
    assert {row.verdict for row in ROWS["cutout"]} == {"exact"}
    assert {row.verdict for row in ROWS["titan"]} == {"exact", "adapted"}
    assert {row.model for row in ROWS["titan"]} == {TITAN_V1.id, TITAN_V2.id, CANVAS}
    assert {row.model for row in ROWS["cutout"]} == {CUTOUT.id}
