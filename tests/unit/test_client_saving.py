"""Fetching pictures and saving them: what arrives is what lies there, and no file is ever replaced."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from darkroom_client import ConnectionFailed, Darkroom, PictureUnavailable, Retries
from darkroom_client.saving import save

from tests.unit.client_rig import DROPPED, KEY, PNG, Answer


@pytest.fixture
def client(rig):
    with Darkroom(rig.base_url, KEY, retries=Retries(first_pause=0)) as client:
        yield client


def test_pictures_and_mask_are_saved_under_the_jobs_name(rig, client, tmp_path):
    rig.ending = {"mask": {"url": f"{rig.base}/pictures/mask"}}

    paths = client.save(client.generate("a ship", count=2), tmp_path)

    assert [path.name for path in paths] == ["job_0001-1.png", "job_0001-2.png", "job_0001-mask.png"]
    assert {path.read_bytes() for path in paths} == {PNG}


@pytest.mark.parametrize(
    ("content_type", "suffix"), [("image/jpeg", ".jpg"), ("image/webp", ".webp"), ("image/x-other", ".bin")]
)
def test_the_suffix_follows_the_content_type(rig, client, tmp_path, content_type, suffix):
    rig.ending = {"mask": {"url": f"{rig.base}/pictures/mask", "contentType": content_type}}

    assert client.save(client.generate("a ship"), tmp_path)[-1].name == f"job_0001-mask{suffix}"


def test_what_is_there_already_is_kept(client, tmp_path):
    job = client.generate("a ship")
    mine = tmp_path / "job_0001-1.png"
    mine.write_text("mine")

    names = [client.save(job, tmp_path)[0].name for _ in range(2)]

    assert names == ["job_0001-1-2.png", "job_0001-1-3.png"]
    assert mine.read_text() == "mine"


def test_names_never_clash_among_writers_at_once(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        paths = list(pool.map(lambda n: save(f"{n}".encode(), tmp_path, "picture", ".png"), range(100)))

    assert len(set(paths)) == 100
    assert [path.read_bytes() for path in paths] == [f"{n}".encode() for n in range(100)]


def test_a_job_id_leads_to_no_other_folder(rig, client, tmp_path):
    rig.ending = {"id": "../../etc/passwd"}

    [path] = client.save(client.generate("a ship"), tmp_path)

    assert path.parent == tmp_path
    assert path.exists()


def test_a_picture_that_arrives_damaged_is_not_saved(rig, client, tmp_path):
    job = client.generate("a ship")
    rig.next("GET /pictures/job_0001/1", Answer(200, PNG[:-1]))

    with pytest.raises(PictureUnavailable, match="damaged") as told:
        client.save(job, tmp_path)

    assert told.value.job is job
    assert list(tmp_path.iterdir()) == []


def test_a_connection_that_is_lost_while_fetching_still_names_the_job(rig, client, tmp_path):
    job = client.generate("a ship")
    rig.next("GET /pictures/job_0001/1", *[DROPPED] * 4)

    with pytest.raises(ConnectionFailed) as told:
        client.save(job, tmp_path)

    assert told.value.job is job


def test_a_link_that_has_expired_is_told_with_the_reason_of_s3(rig, client):
    job = client.generate("a ship")
    rig.next("GET /pictures/job_0001/1", Answer(403, b"<Error><Code>AccessDenied</Code></Error>"))

    with pytest.raises(PictureUnavailable, match="403 AccessDenied"):
        client.fetch(job.images[0])


def test_a_folder_that_cannot_be_written_is_told_with_the_job(client, tmp_path):
    job = client.generate("a ship")

    with pytest.raises(PictureUnavailable, match="could not be written") as told:
        client.save(job, tmp_path / "nowhere")

    assert told.value.job.id == "job_0001"


def test_a_file_that_cannot_be_written_whole_is_not_left_behind(monkeypatch, tmp_path):
    monkeypatch.setattr(Path, "open", lambda path, _mode: _FullDisk(path))

    with pytest.raises(OSError, match="No space"):
        save(PNG, tmp_path, "picture", ".png")

    assert list(tmp_path.iterdir()) == []


class _FullDisk:
    def __init__(self, path):
        path.touch()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def write(self, _content):
        raise OSError(28, "No space left on device")
