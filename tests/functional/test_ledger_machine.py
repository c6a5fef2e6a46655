"""Ledger and money under any interleaving: a machine opens, runs, cancels and ends jobs, from fresh and stale reads.

Whatever order Hypothesis finds, no budget is ever overspent, every job is settled exactly once, and what is counted is
what was charged.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from moto import mock_aws

from functions.darkroom import money
from functions.darkroom.budgets import Budget, Budgets, Limit
from functions.darkroom.errors import OverBudget
from functions.darkroom.ids import new_id
from functions.darkroom.job import Cost, Job, ServedBy, Source, Status, Step, moment
from functions.darkroom.ledger import Conflict, Ledger
from functions.darkroom.table import Table
from tests.functional.rig import aws, make_table

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp()
PRICE = 40_000
LIMITS = Budgets(
    deployment=Budget(day=Limit(usd=0.4), month=Limit(images=12)), tenant=Budget(day=Limit(usd=0.3, images=9))
)
TENANTS = ("one", "two")


class Machine(RuleBasedStateMachine):
    """Jobs on their way, each as somebody once read it."""

    reads = Bundle("reads")

    @initialize()
    def deploy(self) -> None:
        self.mock = mock_aws()
        self.mock.start()
        make_table()
        self.ledger = Ledger(Table(aws("dynamodb"), "table"))
        self.opened: dict[str, Job] = {}

    def teardown(self) -> None:
        self.mock.stop()

    @rule(target=reads, tenant=st.sampled_from(TENANTS), images=st.integers(1, 4))
    def open(self, tenant, images):
        steps = tuple(Step(n=n, model="m") for n in range(1, images + 1))
        job = Job(
            id=new_id(), tenant=tenant, taskType="TEXT_IMAGE", source=Source(door="http"), steps=steps,
            model=ServedBy(served="m", engine="stability"), cost=Cost(quoted=images * PRICE),
            createdAt=moment(NOW), expiresAt=moment(NOW + 86_400),
        )  # fmt: skip
        accounts = money.accounts(tenant, LIMITS, NOW)
        try:
            made = self.ledger.open(money.reserved(job, accounts, images), drawn_on=accounts)
        except OverBudget as error:
            assert "left" in str(error)
            return multiple()
        self.opened[made.id] = made
        return made

    @rule(target=reads, job=reads)
    def read_again(self, job):
        return self.ledger.get(job.id)

    @rule(target=reads, job=reads)
    def claim(self, job):
        return self._moved(job, {Status.QUEUED, Status.RUNNING}, lambda: job.claimed(NOW, 60))

    @rule(target=reads, job=reads, state=st.sampled_from(["stored", "failed", "unknown"]), data=st.data())
    def take_a_step(self, job, state, data):
        n = data.draw(st.integers(1, len(job.steps)))
        if job.step(n).state not in {"planned", "calling"}:
            return multiple()
        charged = 0 if state == "failed" else PRICE
        return self._moved(job, {Status.RUNNING}, lambda: job.stepped(n, state, charged))

    @rule(target=reads, job=reads, brought=st.integers(1, 4))
    def run_to_the_end(self, job, brought):
        """A worker that nothing disturbs."""
        job = self.ledger.get(job.id)
        if not job.is_untouched:
            return multiple()
        job = self.ledger.commit(job.claimed(NOW, 60))
        for n in range(1, min(brought, len(job.steps)) + 1):
            job = self.ledger.commit(job.stepped(n, "stored", PRICE))
        whole = brought >= len(job.steps)
        return self.ledger.commit(job.finished(Status.SUCCEEDED if whole else Status.PARTIAL, NOW))

    @rule(target=reads, job=reads)
    def rest(self, job):
        return self._moved(job, {Status.RUNNING}, lambda: job.rested(NOW))

    @rule(target=reads, job=consumes(reads))
    def cancel(self, job):
        if not job.is_untouched:
            return multiple()
        return self._moved(job, {Status.QUEUED}, lambda: job.canceled(NOW))

    @rule(target=reads, job=reads, status=st.sampled_from([Status.SUCCEEDED, Status.PARTIAL, Status.FAILED]))
    def end(self, job, status):
        return self._moved(job, {Status.RUNNING}, lambda: job.finished(status, NOW))

    def _moved(self, job, allowed, move):
        """What a worker does with what it once read: it is written, or somebody was there before."""
        if job.status not in allowed:
            return multiple()
        before = self.ledger.get(job.id)
        try:
            moved = self.ledger.commit(move())
        except Conflict:
            assert before.rev != job.rev
            return multiple()
        assert before.rev == job.rev
        return moved

    @invariant()
    def every_account_holds_what_is_reserved_and_spent_and_no_more(self) -> None:
        if not hasattr(self, "opened"):
            return
        now = [self.ledger.get(job_id) for job_id in self.opened]
        for tenant in TENANTS:
            for account in money.accounts(tenant, LIMITS, NOW):
                jobs = [job for job in now if account.scope in {"deployment", f"tenant#{job.tenant}"}]
                held = sum(job.cost.charged if job.status.ended else job.reservation.amount for job in jobs)
                amount, images = self.ledger.used(account)
                assert amount == held
                assert account.limit.amount is None or amount <= account.limit.amount
                assert account.limit.images is None or images <= account.limit.images
                assert images >= 0
            ended = [job for job in now if job.tenant == tenant and job.status.ended]
            rows = list(self.ledger.usage(tenant, "2026-11-01", "2026-11-30"))
            assert sum(row["amount"] for row in rows) == sum(job.cost.charged for job in ended)
            assert sum(row["jobs"] for row in rows) == len(ended)
        assert all((job.reservation is None) is job.status.ended for job in now)


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=5, stateful_step_count=18, deadline=None)
TestMachine = pytest.mark.usefixtures("credentials")(TestMachine)


@pytest.fixture
def credentials(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
