"""A file that is dropped into the bucket becomes a cut-out, or a failed job that says why."""

from __future__ import annotations

import pytest

from tests.e2e.cloud_rig import PHOTO, PREFIX, RESULTS, is_cut_out, plain_png, wait_for

AWKWARD = [
    "plain.png",
    "with space.png",
    "plus+and+plus.png",
    "per%cent%20.png",
    "größe-写真-🦊.png",
    "..dots..and.many.ends.tar.png",
    "folder/inside a folder/a=b&c=d.png",
    'quote\'s "both".png',
]


@pytest.fixture(scope="module")
def dropped(cloud):
    """Every awkward key at once: they are worked on beside each other."""
    assert cloud.heard
    for number, name in enumerate(AWKWARD):
        cloud.drop(PREFIX + name, plain_png(96, 64, (20 * number, 90, 200)))
    return cloud


def test_a_photo_loses_its_background(cloud):
    cloud.drop(PREFIX + "my photo.jpg", PHOTO.read_bytes())

    assert is_cut_out(wait_for(lambda: cloud.result(RESULTS + "my photo.jpg.png"), 40, "the cut-out"))


@pytest.mark.parametrize("name", AWKWARD, ids=ascii)
def test_a_key_survives_whatever_is_in_it(dropped, name):
    event = wait_for(lambda: dropped.heard.of_source(PREFIX + name), 40, f"the event of {name}")

    assert event["detail-type"] == "Image Job Succeeded", event
    assert event["detail"]["images"][0]["key"] == f"{RESULTS}{name}.png"
    assert is_cut_out(dropped.result(f"{RESULTS}{name}.png"))


@pytest.mark.parametrize(
    ("name", "content", "slug"),
    [
        ("empty.png", b"", "image-empty"),
        ("text.jpg", b"this is no picture at all", "image-format"),
        ("cut off.png", plain_png(64, 64, (1, 2, 3))[:60], "image-unreadable"),
        ("lies.png", b"\xff\xd8\xff\xe0" + bytes(200), "image-unreadable"),
    ],
    ids=["empty", "text", "cut off", "lies"],
)
def test_a_file_that_is_no_picture_ends_as_a_failed_job(cloud, name, content, slug):
    assert cloud.heard
    key = cloud.drop(f"{PREFIX}bad/{name}", content)

    event = wait_for(lambda: cloud.heard.of_source(key), 40, f"the event of {name}")

    assert event["detail-type"] == "Image Job Failed"
    assert event["detail"]["error"]["slug"] == slug
    assert cloud.result(f"{RESULTS}bad/{name}.png") is None


def test_a_file_outside_every_recipe_is_left_alone(cloud):
    key = cloud.drop("elsewhere/photo.png", plain_png(64, 64, (9, 9, 9)))

    done = cloud.drop(f"{PREFIX}after.png", plain_png(64, 64, (9, 9, 9)))

    assert wait_for(lambda: cloud.heard.of_source(done), 40, "the event of the next file")
    assert cloud.heard.of_source(key) is None
