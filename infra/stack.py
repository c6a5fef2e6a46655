"""One deployment: what it is made of, who may do what, and what is told about it.

The only place where constructs meet. Every permission stands here, named by action and by resource.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, CfnElement, CfnOutput, Stack, Validations
from aws_cdk import aws_ssm as ssm

from functions.darkroom.recipes import RESULTS_PREFIX
from infra.api import Api, ApiKey
from infra.functions import Functions
from infra.messaging import Messaging
from infra.observability import Observability
from infra.prefixes import INPUTS_PREFIX, JOBS_PREFIX, ORDERS_PREFIX
from infra.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aws_cdk import aws_s3 as s3
    from constructs import Construct

    from functions.darkroom.model import Model
    from infra.config import DeploymentConfig
    from infra.functions import Bundles, PythonFunction
    from infra.messaging import Lane

READ = ("s3:GetObject", "s3:GetObjectVersion")
WRITE = ("s3:PutObject",)
ERASE = ("s3:DeleteObjectVersion",)
KEYS_CANNOT_BE_LISTED = (
    "The permission ends at a prefix. The keys below it are named after tenants, jobs and people's files, which no "
    "policy can list."
)


class DarkroomStack(Stack):
    """Everything that one deployment owns in one Region of one account."""

    def __init__(self, scope: Construct, construct_id: str, *, config: DeploymentConfig, bundles: Bundles) -> None:
        super().__init__(scope, construct_id, description=f"Darkroom ({config.name}): image tasks, from Bedrock to S3")
        self._config = config
        self._messaging = Messaging(self, "Messaging", config=config)
        self._storage = Storage(self, "Storage", config=config, notified=self._messaging.uploads.queue)
        self._key = ApiKey(self, "ApiKey")
        self._functions = Functions(
            self,
            "Functions",
            config=config,
            bundles=bundles,
            messaging=self._messaging,
            storage=self._storage,
            key=self._key,
        )
        self._api = Api(self, "Api", config=config, functions=self._functions)
        self._grant()
        self._watch()
        self._publish_parameters()
        self._publish_outputs()

    @property
    def _sources(self) -> list[str]:
        """Where a job's source picture may lie in the uploads bucket."""
        return [INPUTS_PREFIX, *self._config.watched_prefixes]

    def _grant(self) -> None:
        self._functions.authorizer.allow(["secretsmanager:GetSecretValue"], [self._key.secret_arn])
        self._grant_api(self._functions.api)
        self._grant_uploads(self._functions.uploads)
        self._grant_worker(self._functions.worker)
        self._grant_sweeper(self._functions.sweeper)
        self._grant_cutout(self._functions.cutout)

    def _grant_api(self, api: PythonFunction) -> None:
        self._grant_delivery(api, self._messaging.interactive, self._messaging.bulk)
        api.allow(["dynamodb:Query"], [self._storage.table.table_arn, self._storage.index_arn("GSI1")])
        if self._config.uses("cutout"):  # it finds a picture's subject for a mask
            api.allow(["lambda:InvokeFunction"], [self._functions.cutout.function.function_arn])
        _allow_objects(api, WRITE, self._storage.uploads, [INPUTS_PREFIX])
        _allow_objects(api, READ, self._storage.uploads, self._sources)
        _allow_objects(api, WRITE, self._storage.results, [JOBS_PREFIX, ORDERS_PREFIX])
        # A link to a picture can do what its signer can. An order is read when it is run again.
        _allow_objects(api, READ, self._storage.results, [JOBS_PREFIX, ORDERS_PREFIX, RESULTS_PREFIX])
        self._grant_dead_letters(api)
        self._grant_erasure(api)

    def _grant_dead_letters(self, api: PythonFunction) -> None:
        """What a person does with them through the API: look and show again, send back, delete."""
        lanes = self._messaging.lanes.values()
        acts = ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"]
        api.allow(acts, [lane.dead_letters.queue_arn for lane in lanes])
        api.allow(["sqs:SendMessage"], [self._messaging.uploads.queue.queue_arn])  # the others it may anyway

    def _grant_erasure(self, api: PythonFunction) -> None:
        """Find and delete every version of what belongs to a job."""
        areas = {
            self._storage.uploads: self._sources,
            self._storage.results: [JOBS_PREFIX, ORDERS_PREFIX, RESULTS_PREFIX],
        }
        for bucket, prefixes in areas.items():
            _allow_objects(api, ERASE, bucket, prefixes)
            api.allow(
                ["s3:ListBucketVersions"],
                [bucket.bucket_arn],
                {"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in prefixes]}},
            )

    def _grant_uploads(self, uploads: PythonFunction) -> None:
        self._grant_delivery(uploads, self._messaging.bulk)
        _allow_objects(uploads, READ, self._storage.uploads, self._config.watched_prefixes)
        _allow_objects(uploads, WRITE, self._storage.results, [JOBS_PREFIX, ORDERS_PREFIX])

    def _grant_worker(self, worker: PythonFunction) -> None:
        self._grant_delivery(worker, self._messaging.interactive, self._messaging.bulk)
        _allow_objects(worker, READ, self._storage.uploads, self._sources)
        _allow_objects(worker, READ, self._storage.results, [ORDERS_PREFIX])
        _allow_objects(worker, (*READ, *WRITE), self._storage.results, [JOBS_PREFIX, RESULTS_PREFIX])
        models = self._config.bedrock_models.items()
        arns = [arn for model, region in models for arn in self._model_arns(model, region)]
        if arns:
            worker.allow(["bedrock:InvokeModel"], arns)
        if self._config.uses("cutout"):
            worker.allow(["lambda:InvokeFunction"], [self._functions.cutout.function.function_arn])

    def _grant_sweeper(self, sweeper: PythonFunction) -> None:
        lanes = self._messaging.interactive, self._messaging.bulk
        self._grant_delivery(sweeper, *lanes)
        sweeper.allow(["dynamodb:Query"], [self._storage.index_arn("GSI2")])
        looks = ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"]
        sweeper.allow(looks, [lane.dead_letters.queue_arn for lane in lanes])
        sweeper.allow(["sqs:GetQueueAttributes"], [self._messaging.bulk.queue.queue_arn])
        _allow_objects(sweeper, READ, self._storage.results, [JOBS_PREFIX, ORDERS_PREFIX, RESULTS_PREFIX])
        _allow_objects(sweeper, WRITE, self._storage.results, [JOBS_PREFIX])

    def _grant_cutout(self, cutout: PythonFunction) -> None:
        _allow_objects(cutout, READ, self._storage.uploads, self._sources)
        # An earlier result can be cut out, too.
        _allow_objects(cutout, (*READ, *WRITE), self._storage.results, [JOBS_PREFIX, RESULTS_PREFIX])

    def _grant_delivery(self, function: PythonFunction, *lanes: Lane) -> None:
        """What it takes to move a job and to send what its outbox owes: the ledger, queues and the bus."""
        ledger = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
        function.allow(ledger, [self._storage.table.table_arn])
        function.allow(["sqs:SendMessage"], [lane.queue.queue_arn for lane in lanes])
        function.allow(["events:PutEvents"], [self._messaging.bus.event_bus_arn])

    def _model_arns(self, model: Model, region: str) -> Iterator[str]:
        """What a call needs: the model where it is called; or its profile there, and the model where that leads."""
        if model.profile:
            yield self.format_arn(
                service="bedrock", region=region, resource="inference-profile", resource_name=model.call_id
            )
        for place in model.answered_in or (region,):
            yield self.format_arn(
                service="bedrock", region=place, account="", resource="foundation-model", resource_name=model.id
            )

    def _watch(self) -> None:
        observability = Observability(self, "Observability", config=self._config)
        observability.watch_lanes(self._messaging)
        observability.watch_functions(self._functions)
        observability.watch_api(self._api)

    def _publish_parameters(self) -> None:
        values = {
            "base-url": self._api.base_url,
            "uploads-bucket": self._storage.uploads.bucket_name,
            "results-bucket": self._storage.results.bucket_name,
            "events-bus": self._messaging.bus.event_bus_name,
            "table": self._storage.table.table_name,
        }
        for name, value in values.items():
            path = f"/darkroom/{self._config.name}/{name}"
            ssm.StringParameter(self, f"Parameter-{name}", parameter_name=path, string_value=value)

    def _publish_outputs(self) -> None:
        values = {
            "RestApiId": self._api.rest_api.rest_api_id,
            "BaseUrl": self._api.base_url,
            "ApiKeySecret": self._key.secret_arn,
            "UploadsBucket": self._storage.uploads.bucket_name,
            "ResultsBucket": self._storage.results.bucket_name,
            "EventsBus": self._messaging.bus.event_bus_name,
            "Table": self._storage.table.table_name,
        }
        for name, lane in self._messaging.lanes.items():
            values[f"{name}QueueUrl"] = lane.queue.queue_url
            values[f"{name}DlqUrl"] = lane.dead_letters.queue_url
        for name, function in self._functions.by_name.items():
            values[f"{name}Function"] = function.function.function_name
        for name, value in values.items():
            CfnOutput(self, name, value=value)


def _allow_objects(
    function: PythonFunction, actions: Iterable[str], bucket: s3.Bucket, prefixes: Iterable[str]
) -> None:
    """Let the function do this to the objects below these prefixes of the bucket, and to no others."""
    element = bucket.node.default_child
    if not isinstance(element, CfnElement):
        raise TypeError("a bucket's default child is its CfnBucket")
    logical_id = Stack.of(bucket).get_logical_id(element)
    for prefix in prefixes:
        function.allow(list(actions), [bucket.arn_for_objects(f"{prefix}*")])
        finding = f"AwsSolutions-IAM5[Resource::<{logical_id}.Arn>/{prefix}*]"
        Validations.of(function).acknowledge(Acknowledgment(id=finding, reason=KEYS_CANNOT_BE_LISTED))
