"""The options that verbs share.

Each decorator adds a group of them. Those that the client takes by the same names reach the verb as keywords, the
others as one argument.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from darkroom_client import targets
from darkroom_client.cli import printing
from darkroom_client.cli.parameters import MEANS, label, labels, picture
from darkroom_client.darkroom import DEFAULT_WAIT, Darkroom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from darkroom_client.targets import Target

type Verb = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Aim:
    """Which deployment the flags mean."""

    base_url: str | None
    api_key: str | None = field(repr=False)
    profile: str | None
    quiet: bool

    def target(self) -> Target:
        """The target. Raises TargetUnknown."""
        return targets.choose(
            os.environ, Path.cwd(), base_url=self.base_url, api_key=self.api_key, profile=self.profile
        )

    @contextmanager
    def client(self, *, aloud: bool = False, tells_waits: bool = False) -> Iterator[Darkroom]:
        """A client of it; one that can spend or destroy says where first, and one may tell when a job will start."""
        target = self.target()
        if aloud and not self.quiet:
            printing.note(f"→ {target}")
        on_wait = printing.Waiting() if tells_waits and not self.quiet else None
        with Darkroom(target.base_url, target.api_key, on_wait=on_wait) as client:
            yield client


@dataclass(frozen=True, slots=True)
class Output:
    """Where the pictures go and what is printed."""

    out: Path | None
    full: bool
    json: bool
    open: bool

    def prepare(self) -> None:
        """Make the folder, before anything is spent on what could not be saved."""
        if self.out is not None:
            make_folder(self.out, "--out")


def make_folder(folder: Path, flag: str) -> None:
    """A folder that can be written to, made if missing. Raises BadParameter for the flag that named it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.BadParameter(f"{folder}: {error.strerror}", param_hint=flag) from error
    if not os.access(folder, os.W_OK):
        raise click.BadParameter(f"{folder} is not writable", param_hint=flag)


def command(summary: str, *examples: str, kind: type[click.Command] = click.Command) -> Callable[[Verb], click.Command]:
    """A verb, with a line for the list of verbs and examples below its help."""
    return click.command(cls=kind, short_help=summary, epilog=listed(examples))


def listed(examples: Sequence[str]) -> str:
    """Examples as they stand below a help."""
    title = "Examples" if len(examples) > 1 else "Example"
    return "\n".join(["\b", f"{title}:", *(f"  {one}" for one in examples)])


def all_of(options: Sequence[Callable[[Verb], Verb]]) -> Callable[[Verb], Verb]:
    """Options as one decorator, in the order in which the help is to list them."""

    def decorate(verb: Verb) -> Verb:
        for option in reversed(options):
            verb = option(verb)
        return verb

    return decorate


def aimed(verb: Verb) -> Verb:
    """Adds the flags that choose the deployment; the verb gets them as `aim`."""

    @wraps(verb)
    def with_aim(base_url: str | None, api_key: str | None, profile: str | None, *, quiet: bool, **given: Any) -> None:
        verb(aim=Aim(base_url, api_key, profile, quiet), **given)

    return all_of([
        click.option("--profile", metavar="NAME", help="A deployment that `darkroom profiles` lists."),
        click.option("--base-url", metavar="URL", help="A deployment, as https://…/v1."),
        click.option("--api-key", metavar="KEY", help="Its key; DARKROOM_API_KEY keeps it out of the process list."),
        click.option("-q", "--quiet", is_flag=True, help="Say nothing but results and problems."),
    ])(with_aim)  # fmt: skip


def printed(default_out: str | None) -> Callable[[Verb], Verb]:
    """Adds what to do with the pictures; the verb gets it as `output`."""

    def decorate(verb: Verb) -> Verb:
        @wraps(verb)
        def with_output(out: Path | None, *, full: bool, json: bool, open_: bool, **given: Any) -> None:
            verb(output=Output(out, full, json, open_), **given)

        folder = click.Path(file_okay=False, path_type=Path)
        return all_of([
            click.option("-o", "--out", type=folder, default=default_out, show_default=True,
                         help="Folder to save the pictures in; made if missing."),
            click.option("--json", is_flag=True, help="Print the Job as JSON, with the path of each picture."),
            click.option("--full", is_flag=True, help="The same, with each picture's base64 as well."),
            click.option("--open", "open_", is_flag=True, help="Open the pictures in the default viewer."),
        ])(with_output)  # fmt: skip

    return decorate


task = all_of([
    click.option("--model", metavar="ID", help="The model you have in mind."),
    click.option("--engine", metavar="titan|stability|cutout", help="Who is to serve it."),
    click.option("--fidelity", metavar="faithful|any|exact", help="What may become of a field that cannot be kept."),
    click.option("--on-unknown", type=click.Choice(["hold", "retry"], case_sensitive=False),
                 help="What becomes of a call whose outcome nobody knows: it is told, or made once more and perhaps "
                 "paid twice."),
    click.option("--metadata", metavar="KEY=VALUE", type=label, multiple=True, callback=labels,
                 help="A label of your own; may be repeated."),
])  # fmt: skip
"""What every task takes: keywords of `TaskOptions`."""

handled = all_of([
    click.option("--wait", metavar="SECONDS", type=click.FloatRange(min=0), default=round(DEFAULT_WAIT),
                 show_default=True, help="How long to wait; 0 prints the job's id at once."),
    click.option("--idempotency-key", metavar="KEY", help="The same request under the same KEY is the same job for a "
                 "day; a fresh one for each request unless said."),
])  # fmt: skip
"""What everything takes that opens a job: keywords of `Handling`."""

drawn = all_of([
    click.option("--negative", metavar="TEXT", help="What should not be in the picture."),
    click.option("-n", "--count", type=int, help="How many pictures, 1 to 5."),
    click.option("--width", type=int, help="Pixels; together with --height."),
    click.option("--height", type=int, help="Pixels; together with --width."),
    click.option("--cfg-scale", type=float, help="How closely to follow the text, 1.1 to 10."),
    click.option("--seed", type=int, help="0 to 2147483646."),
    click.option("--quality", type=click.Choice(["standard", "premium"], case_sensitive=False),
                 help="How much care is taken."),
    task,
])  # fmt: skip
"""What every task that draws takes: keywords of `DrawOptions`."""

fitted = all_of([
    click.option("--fit", type=click.Choice(["refuse", "resize", "pad", "crop"], case_sensitive=False),
                 help="What becomes of a picture that the model would not take; refused unless said."),
    click.option("--background", metavar="#RRGGBB", help="What a transparent picture is laid on when it is fitted."),
])  # fmt: skip
"""What every task over pictures takes as well."""

restored = all_of([
    fitted,
    click.option("--restore", is_flag=True, default=None, help="Bring fitted pictures back to the size that was sent."),
])  # fmt: skip
"""What every task takes whose pictures take the place of its input."""

masked = all_of([
    click.option("--mask", type=picture, metavar="PICTURE", help="Black inside, white outside, of the picture's size."),
    click.option("--mask-means", type=MEANS, help="How a mask of another kind says what is changed; converts it."),
    click.option("--mask-threshold", type=int, help="The darkest value that counts as white, 1 to 255; converts it."),
    click.option("--mask-grow", type=int, help="Grow the area to be changed by so many pixels; converts the mask."),
    click.option("--mask-prompt", metavar="TEXT", help="What the mask should cover, in words."),
    click.option("--return-mask", is_flag=True, default=None, help="Save the mask that was used as well."),
    restored,
    drawn,
])  # fmt: skip
"""What every task over a mask takes: keywords of `MaskOptions`."""
