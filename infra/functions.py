"""The six Lambda functions: each with a role, a log group and an environment of its own, and what sets it going.

Their permissions are granted in `stack`, where both sides are seen. Must not know the API.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import Acknowledgment, Duration, Validations
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from functions.darkroom.settings import Settings
from infra.messaging import UPLOADS_TIMEOUT
from infra.observability import own_log_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_secretsmanager as secretsmanager
    from aws_cdk import aws_sqs as sqs

    from infra.config import DeploymentConfig
    from infra.messaging import Messaging
    from infra.storage import Storage

API_TIMEOUT = 29
"""Seconds. API Gateway waits no longer for an answer; the api door itself waits at most 25 for a picture."""
AUTHORIZER_TIMEOUT = 10
SWEEPER_TIMEOUT = 55
"""Seconds, below the minute after which the next sweep starts."""
UPLOADS_BATCH = 10
RUNTIME = lambda_.Runtime(f"python{sys.version_info.major}.{sys.version_info.minor}", lambda_.RuntimeFamily.PYTHON)
"""The interpreter that runs this also compiled the bundles."""
RUNTIME_IS_THE_BUILDERS = "The runtime is the interpreter that built and tested the bundle; the bundle fits no other."
POWERTOOLS = {"POWERTOOLS_SERVICE_NAME": "darkroom", "POWERTOOLS_LOG_LEVEL": "INFO"}


@dataclass(frozen=True)
class Bundles:
    """The code that is uploaded: one asset that the five lean functions share, and the cutout function's own."""

    lean: lambda_.Code
    cutout: lambda_.Code


class PythonFunction(Construct):
    """A function with nothing but what it was given: its role may write its own log group, and what `allow` adds."""

    def __init__(  # noqa: PLR0913  (a construct names each thing that it is given)
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: DeploymentConfig,
        code: lambda_.Code,
        timeout: int,
        memory: int,
        environment: dict[str, str] | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        log_group = own_log_group(self, "Logs", config)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(self.role)
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=RUNTIME,
            architecture=lambda_.Architecture.ARM_64 if config.architecture == "arm64" else lambda_.Architecture.X86_64,
            handler=f"functions.{construct_id.lower()}.handler",
            code=code,
            timeout=Duration.seconds(timeout),
            memory_size=memory,
            environment=environment,
            role=self.role,
            log_group=log_group,
            tracing=lambda_.Tracing.DISABLED,
        )
        Validations.of(self).acknowledge(Acknowledgment(id="AwsSolutions-L1", reason=RUNTIME_IS_THE_BUILDERS))

    def allow(
        self, actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, Any] | None = None
    ) -> None:
        """Let the function do exactly this."""
        self.role.add_to_policy(
            iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=conditions)
        )

    def consume(self, queue: sqs.Queue, *, most: int, batch: int = 1) -> None:
        """Run the function for the queue's messages, at most `most` batches at once; it reports failures one by one."""
        self.allow(("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"), [queue.queue_arn])
        lambda_.EventSourceMapping(
            self,
            f"From{queue.node.id}",
            target=self.function,
            event_source_arn=queue.queue_arn,
            batch_size=batch,
            max_concurrency=most,
            report_batch_item_failures=True,
        )


class Functions(Construct):
    """The five lean functions, which all read the same settings, and the cutout model, which reads none."""

    def __init__(  # noqa: PLR0913  (a construct names each thing that it is given)
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: DeploymentConfig,
        bundles: Bundles,
        messaging: Messaging,
        storage: Storage,
        key: secretsmanager.Secret,
    ) -> None:
        super().__init__(scope, construct_id)
        # The worker waits `model_read` for a model's reply, so a longer run of this one would be for nobody.
        self.cutout = PythonFunction(
            self, "Cutout", config=config, code=bundles.cutout, timeout=config.timeouts.model_read, memory=2048
        )
        settings = _settings(config, messaging, storage, key, self.cutout)
        environment = settings.as_env() | POWERTOOLS

        def lean(name: str, timeout: int, memory: int) -> PythonFunction:
            return PythonFunction(
                self, name, config=config, code=bundles.lean, timeout=timeout, memory=memory, environment=environment
            )

        self.api = lean("Api", API_TIMEOUT, 1024)
        self.authorizer = lean("Authorizer", AUTHORIZER_TIMEOUT, 512)
        self.uploads = lean("Uploads", UPLOADS_TIMEOUT, 512)
        self.worker = lean("Worker", config.timeouts.worker, 1024)
        self.sweeper = lean("Sweeper", SWEEPER_TIMEOUT, 512)
        self.worker.consume(messaging.interactive.queue, most=config.concurrency.interactive)
        self.worker.consume(messaging.bulk.queue, most=config.concurrency.bulk)
        self.uploads.consume(messaging.uploads.queue, most=config.concurrency.bulk, batch=UPLOADS_BATCH)
        _sweep_every_minute(self, self.sweeper.function)

    @property
    def by_name(self) -> dict[str, PythonFunction]:
        """Every function by its name."""
        named = (self.api, self.authorizer, self.uploads, self.worker, self.sweeper, self.cutout)
        return {function.node.id: function for function in named}


def _settings(
    config: DeploymentConfig,
    messaging: Messaging,
    storage: Storage,
    key: secretsmanager.Secret,
    cutout: PythonFunction,
) -> Settings:
    return Settings(
        TABLE_NAME=storage.table.table_name,
        UPLOADS_BUCKET=storage.uploads.bucket_name,
        RESULTS_BUCKET=storage.results.bucket_name,
        EVENT_BUS=messaging.bus.event_bus_name,
        INTERACTIVE_QUEUE_URL=messaging.interactive.queue.queue_url,
        INTERACTIVE_DLQ_URL=messaging.interactive.dead_letters.queue_url,
        BULK_QUEUE_URL=messaging.bulk.queue.queue_url,
        BULK_DLQ_URL=messaging.bulk.dead_letters.queue_url,
        UPLOADS_QUEUE_URL=messaging.uploads.queue.queue_url,
        UPLOADS_DLQ_URL=messaging.uploads.dead_letters.queue_url,
        CUTOUT_FUNCTION=cutout.function.function_name,
        API_KEY_SECRET=key.secret_arn,
        MODEL_REGION=config.model_region,
        ALLOW_REGIONS=config.allow_regions,
        ROUTES=dict(config.engines),
        RECIPES=config.recipes,
        BUDGETS=config.budgets,
        PRICES=config.prices,
        MAX_PRICE_PER_IMAGE=config.max_price_per_image,
        QUOTAS=config.quotas,
        ON_UNKNOWN=config.on_unknown,
        WAITS_MAX=config.waits,
        BULK_WORKERS=config.concurrency.bulk,
        REVIEW=config.review,
        TIMEOUTS=config.timeouts,
        ALLOWED_ORIGINS=config.allowed_origins,
        JOB_DAYS=config.retention.jobs,
        INPUT_DAYS=config.retention.inputs,
    )


def _sweep_every_minute(scope: Construct, sweeper: lambda_.Function) -> None:
    # A sweep that failed is not tried again: the next one does its work.
    target = targets.LambdaFunction(sweeper, retry_attempts=0, max_event_age=Duration.minutes(1))
    events.Rule(scope, "EveryMinute", schedule=events.Schedule.rate(Duration.minutes(1)), targets=[target])
    sweeper.configure_async_invoke(retry_attempts=0, max_event_age=Duration.minutes(1))
