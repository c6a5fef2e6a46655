"""The command `darkroom`: its verbs, put together. Each verb's file knows click and the client, and no HTTP."""

from __future__ import annotations

from typing import Any

import click

from darkroom_client.cli import printing
from darkroom_client.cli.deployments import models, profiles, use, whoami
from darkroom_client.cli.drawing import color_guided, condition, generate
from darkroom_client.cli.editing import inpaint, outpaint, remove_background, vary
from darkroom_client.cli.erasing import erase
from darkroom_client.cli.exits import TABLE, code_of
from darkroom_client.cli.jobs import cancel, get, jobs, rerun, usage
from darkroom_client.cli.letters import dlq
from darkroom_client.cli.masks import mask
from darkroom_client.cli.tasks import quote
from darkroom_client.cli.uploads import upload
from darkroom_client.errors import DarkroomError
from darkroom_client.transport import VERSION

VERBS = [
    generate, condition, color_guided, vary, inpaint, outpaint, remove_background, mask,
    quote, usage, jobs, get, cancel, rerun, erase, dlq, upload, models, profiles, use, whoami,
]  # fmt: skip


class Verbs(click.Group):
    """The verbs in their order, with every error of the client told in words and by exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """As they were put together, not by the alphabet."""
        del ctx
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb."""
        try:
            return super().invoke(ctx)
        except DarkroomError as error:
            printing.error(error)
            ctx.exit(code_of(error))


@click.group(cls=Verbs, epilog=f"\b\nExit codes:\n{TABLE}", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="darkroom")
def main() -> None:
    """Draw and edit pictures with Amazon Titan's image tasks, served by a Darkroom.

    Pictures are saved in the current folder, or in --out, under new names; their paths go to standard output, one a
    line, everything else to standard error. A picture to work on is a PNG or JPEG file, or a reference: image:JOB/1
    (an earlier result), upload:ID, s3://BUCKET/KEY.

    Which deployment is meant: --base-url and --api-key, --profile, the environment (DARKROOM_BASE_URL and
    DARKROOM_API_KEY, DARKROOM_PROFILE), the profile that `darkroom use` chose, or the local run of the current folder.
    """


for verb in VERBS:
    main.add_command(verb)
