"""One run for each state folder, and nothing of a run before is left to the next."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from local import claim
from local.claim import AlreadyUpError, Record, birth, claimed, clear, holder, stop
from tests.unit.local_rig import layout_in

HOLD = """
import sys, time
sys.path.insert(0, "{root}")
from pathlib import Path
from local.claim import claimed
from tests.unit.local_rig import layout_in
with claimed(layout_in(Path("{state}")), "today"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def layout(tmp_path):
    return layout_in(tmp_path / "state")


@pytest.fixture
def other_holder(layout):
    """Another process that holds the state folder and does not know how to end it properly."""
    code = HOLD.format(root=layout.root, state=layout.state)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.fixture
def sleeper():
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command, start_new_session=True) as process:
        yield process
        process.kill()


def test_while_it_is_held_the_folders_are_there_and_the_record_says_who(layout):
    with claimed(layout, "titan"):
        record = holder(layout)

        assert (record.era, record.phase) == ("titan", "starting")
        assert birth(record.pid) == record.born
        assert layout.temporary.is_dir()


def test_a_second_claim_is_refused(layout, other_holder):
    with pytest.raises(AlreadyUpError), claimed(layout, "today"):
        pass

    assert layout.temporary.is_dir()


def test_afterwards_only_logs_and_pictures_are_left(layout):
    with claimed(layout, "today"):
        (layout.temporary / "scratch").write_text("x")
        layout.outputs.write_text("{}")
        layout.authority.write_text("x")

    assert holder(layout) is None
    assert sorted(path.name for path in layout.state.iterdir()) == ["lock", "logs", "pictures"]


def test_a_holder_that_was_killed_does_not_keep_the_folder(layout, other_holder):
    other_holder.kill()
    other_holder.wait(10)

    assert holder(layout) is None
    with claimed(layout, "today"):
        pass


def test_stop_ends_the_holder_and_clears_after_it(layout, other_holder):
    assert stop(layout, timeout=10)

    assert other_holder.wait(10) != 0
    assert holder(layout) is None
    assert not layout.temporary.exists()


def test_stop_without_a_holder_still_clears(layout):
    layout.temporary.mkdir(parents=True)

    assert not stop(layout, timeout=1)

    assert not layout.temporary.exists()


def test_what_a_killed_run_started_is_ended(layout, sleeper):
    leave_record(layout, {str(sleeper.pid): birth(sleeper.pid)})

    clear(layout)

    assert sleeper.wait(10) == -9


def test_a_process_that_has_only_inherited_the_number_is_left_alone(layout, sleeper):
    leave_record(layout, {str(sleeper.pid): "another birth"})

    clear(layout)

    assert sleeper.poll() is None


def test_a_broken_record_is_no_obstacle(layout):
    layout.state.mkdir()
    layout.record.write_text("{")

    clear(layout)

    assert not layout.record.exists()


def leave_record(layout, groups):
    layout.state.mkdir()
    record = Record(pid=1, born="", groups=groups)
    layout.record.write_text(json.dumps(claim.asdict(record)))
