"""The local cloud itself: what it says, what it keeps of the template, and that nothing of it is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import httpx
import pytest

from local.first_pictures import HEIGHT, WIDTH
from local.layout import ROOT
from tests.e2e.cloud_rig import Site, png_size, wait_for
from tests.unit.local_rig import taken_port


def test_it_says_where_the_first_pictures_lie_and_how_to_go_on(cloud):
    pictures = cloud.site.state / "pictures"

    assert png_size((pictures / "text-to-image.png").read_bytes()) == (WIDTH, HEIGHT)
    assert png_size((pictures / "coffee-cut-out.png").read_bytes())
    for told in (str(pictures / "text-to-image.png"), cloud.outputs["base_url"], cloud.outputs["api_key"], "curl"):
        assert told in cloud.said


def test_the_outputs_have_every_field(cloud):
    assert set(cloud.outputs) >= {
        "base_url", "base_url_tls", "ca_bundle", "console_url", "api_key", "uploads_bucket", "results_bucket",
        "events_bus", "table", "queues", "aws_endpoint_url", "bedrock_endpoint_url", "region",
    }  # fmt: skip
    assert cloud.outputs["queues"].keys() == {"interactive", "bulk", "uploads"}
    assert all(set(lane) == {"url", "dlq_url"} for lane in cloud.outputs["queues"].values())


def test_the_outputs_are_for_their_owner_only(cloud):
    assert (cloud.site.state / "outputs.json").stat().st_mode & 0o077 == 0


def test_its_front_page_leads_to_the_bedrock_emulator_and_holds_no_key(cloud):
    page = httpx.get(cloud.outputs["base_url"].removesuffix("/v1"), timeout=10, trust_env=False).text

    assert cloud.outputs["bedrock_endpoint_url"] in page
    assert cloud.outputs["api_key"] not in page


def test_a_second_start_says_that_it_is_up(cloud):
    again, status = cloud.site.command("up"), cloud.site.command("status")

    assert again.returncode == 0
    assert "up already" in again.stdout
    assert status.returncode == 0
    assert cloud.outputs["base_url"] in status.stdout


def test_what_the_emulator_drops_of_the_template_was_repaired(cloud):
    dynamodb, s3 = cloud.aws("dynamodb"), cloud.s3
    table, results = cloud.outputs["table"], cloud.outputs["results_bucket"]

    time_to_live = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    rules = s3.get_bucket_lifecycle_configuration(Bucket=results)["Rules"]

    assert time_to_live == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert {"t/"} <= {rule["Filter"]["Prefix"] for rule in rules}
    assert s3.get_bucket_versioning(Bucket=results)["Status"] == "Enabled"


def test_a_taken_port_is_told_with_its_variable_before_anything_is_started(tmp_path):
    with taken_port() as port:
        site = Site(tmp_path)
        site.ports["aws"] = port

        refused = site.command("run", timeout=60)

    assert refused.returncode == 1
    assert str(port) in refused.stdout
    assert "DARKROOM_AWS_PORT" in refused.stdout
    site.assert_nothing_is_left()


@pytest.mark.parametrize("moment", ["start the AWS emulator", "bootstrap the CDK", "deploy the stack"])
def test_an_interrupted_start_leaves_nothing_behind(cloud, tmp_path, moment):
    site = Site(tmp_path)
    said = tmp_path / "said.txt"
    with said.open("w") as out:
        command = [sys.executable, "-u", "-m", "local", "run"]
        run = subprocess.Popen(command, env=site.environ, cwd=ROOT, stdout=out, start_new_session=True)
    try:
        wait_for(lambda: True if f"... {moment}" in said.read_text() else None, 120, moment)

        run.send_signal(signal.SIGINT)

        assert run.wait(30) == 130, said.read_text()
        site.assert_nothing_is_left()
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
        site.command("down", timeout=60)
