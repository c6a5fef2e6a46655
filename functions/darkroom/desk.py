"""What a tenant may ask for beside jobs: a place for an upload, and work on masks. Opens no job and spends nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.darkroom import money
from functions.darkroom.catalogue import CUTOUT, MAX_INPUT_BYTES
from functions.darkroom.engines import Place
from functions.darkroom.ids import new_id
from functions.darkroom.job import moment
from functions.darkroom.maskroom import Maskroom
from functions.darkroom.models import Call
from functions.darkroom.routing import Route
from functions.darkroom.storage import FORM_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from functions.darkroom.intake import Intake
    from functions.darkroom.job import Picture
    from functions.darkroom.ledger import Ledger
    from functions.darkroom.models import Models
    from functions.darkroom.settings import Settings
    from functions.darkroom.storage import Storage


@dataclass(frozen=True, slots=True)
class Desk:
    """One tenant's."""

    tenant: str
    settings: Settings
    ledger: Ledger
    storage: Storage
    models: Models
    intake: Intake
    clock: Callable[[], float]

    def upload_form(self, content_type: str) -> dict[str, Any]:
        """A place for one picture that is too large for a request, and the form that posts it there."""
        upload = new_id("upl")
        form = self.storage.upload_form(self.tenant, upload, content_type, MAX_INPUT_BYTES)
        expires = moment(self.clock() + FORM_SECONDS).strftime("%Y-%m-%dT%H:%M:%SZ")
        told = {"id": upload, "image": f"upload:{upload}", "maxBytes": MAX_INPUT_BYTES, "expiresAt": expires}
        return {**told, **form}

    def masks(self) -> Maskroom:
        """Work on masks; what looks for a subject needs the cut-out network."""
        has_network = "cutout" in self.settings.ROUTES.get("BACKGROUND_REMOVAL", ())
        return Maskroom(self.tenant, self.storage, self.intake, self._cut_out if has_network else None)

    def usage(self, since: date, until: date) -> dict[str, Any]:
        """What was drawn and charged from one day to another, both included, and what is left of each budget."""
        rows = list(self.ledger.usage(self.tenant, since.isoformat(), until.isoformat()))
        total = {name: sum(row[name] for row in rows) for name in ("jobs", "images", "amount")}
        open_accounts = money.accounts(self.tenant, self.settings.BUDGETS, self.clock())
        return {
            "from": since.isoformat(),
            "to": until.isoformat(),
            "currency": "USD",
            "total": total,
            "rows": rows,
            "budgets": [self._budget(account) for account in open_accounts if account.is_bounded],
        }

    def _budget(self, account: money.Account) -> dict[str, Any]:
        amount, images = self.ledger.used(account)
        limits = {"amount": account.limit.amount, "images": account.limit.images}
        resets = account.resets.strftime("%Y-%m-%dT%H:%M:%SZ")
        of = account.period.split("#", 1)
        return {"scope": account.scope.partition("#")[0], of[0].lower(): of[1], "resetsAt": resets} | {
            "limit": limits,
            "used": {"amount": amount, "images": images},
        }

    def _cut_out(self, picture: Picture) -> bytes:
        """The cut-out of a stored picture by our own function, without a job: its call is as good as free."""
        from functions.darkroom.engines import cutout  # noqa: PLC0415  (loaded where it is used, as every engine)

        place = Place(self.storage.results, f"t/{self.tenant}/mattes/{new_id('mat')}.png")
        call = Call(Route("cutout", CUTOUT, None), cutout.event_for(picture, place))
        reply = json.loads(b"".join(self.models.invoke(call)))
        return self.storage.read(cutout.written(reply, place, "image"))
