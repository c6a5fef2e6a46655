"""The front door: a Regional REST API whose every path goes to the api function, behind the bearer key's authorizer.

Must not know what the routes mean; only health and the OpenAPI document are named, since they need no key.
"""

from __future__ import annotations

import json
import string
from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, Aws, Duration, RemovalPolicy, Validations
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.observability import own_log_group
from infra.refusals import add_refusals

if TYPE_CHECKING:
    from infra.config import DeploymentConfig
    from infra.functions import Functions

STAGE = "v1"
OPEN_ROUTES = ("health", "openapi.json")
"""What may be read without a key."""
KEY_LENGTH = 48
KEY_CACHE = Duration.minutes(5)
"""How long the gateway remembers the authorizer's answer, which itself may rest on a key read five minutes ago."""
BEARER = r"^[Bb]earer +[A-Za-z0-9._~+/=-]{1,512}$"
"""What an Authorization header must look like to be worth asking the authorizer."""

ACCESS_LOG = {
    "time": "$context.requestTimeEpoch",
    "requestId": "$context.requestId",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "responseType": "$context.error.responseType",
    "principal": "$context.authorizer.principalId",
    "ip": "$context.identity.sourceIp",
    "bytes": "$context.responseLength",
    "milliseconds": "$context.responseLatency",
    "functionStatus": "$context.integration.status",
    "functionMilliseconds": "$context.integration.latency",
}
"""Routes, not paths: a path may hold a signed link's token. Neither query strings nor headers are logged."""

ACKNOWLEDGED = {
    "AwsSolutions-APIG2": "The api function checks every field against the task's model and names each error with its "
    "field; the gateway's validator would refuse in a shape of its own that no client reads.",
    "AwsSolutions-APIG3": "A web ACL costs 5 USD a month whether it is used or not. The API takes one secret key, is "
    "throttled, and runs nothing for a caller without the key; who needs an ACL can associate one with the stage.",
    "AwsSolutions-APIG4": "Only CORS preflights, health and the OpenAPI document answer without a key, and they tell "
    "nothing about the deployment; every other method has the bearer authorizer.",
    "AwsSolutions-COG4": "Callers are programs with a bearer key, the same one for plain HTTP, OpenAI and Bedrock "
    "clients, which a Lambda authorizer checks; there are no people with passwords to keep in a user pool.",
}
NO_ROTATION = (
    "The key is what callers hold: turned by a clock it would lock them all out. It is replaced by hand when it has to "
    "be, and the authorizer reads the new one within minutes."
)


class ApiKey(secretsmanager.Secret):
    """The one bearer key, drawn by Secrets Manager at deploy time, so that no template or log ever holds it."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            description="The bearer key of the Darkroom API",
            # Letters and digits, said in both ways: the local cloud does not know the flag.
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=KEY_LENGTH, exclude_punctuation=True, exclude_characters=string.punctuation
            ),
            removal_policy=RemovalPolicy.DESTROY,
        )
        Validations.of(self).acknowledge(Acknowledgment(id="AwsSolutions-SMG4", reason=NO_ROTATION))


class Api(Construct):
    """The REST API, its stage `v1`, its logs, and its base URL."""

    def __init__(self, scope: Construct, construct_id: str, *, config: DeploymentConfig, functions: Functions) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self.rest_api = self._rest_api()
        self._route(functions)
        add_refusals(self.rest_api)
        for rule, reason in ACKNOWLEDGED.items():
            Validations.of(self).acknowledge(Acknowledgment(id=rule, reason=reason))

    @property
    def base_url(self) -> str:
        """Where the API is, without a slash at the end."""
        return f"https://{self.rest_api.rest_api_id}.execute-api.{Aws.REGION}.{Aws.URL_SUFFIX}/{STAGE}"

    def _rest_api(self) -> apigateway.RestApi:
        rest_api = apigateway.RestApi(
            self,
            "RestApi",
            rest_api_name=f"darkroom-{self._config.name}",
            description="Darkroom: image tasks",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            # The role is one for the whole account and Region; the preflight makes it where there is none.
            cloud_watch_role=False,
            deploy_options=self._stage(),
            default_cors_preflight_options=self._cors(),
        )
        # The gateway's own output names the same URL under a generated name.
        rest_api.node.try_remove_child("Endpoint")
        # The gateway would make this group itself, at the first error, and keep it for ever.
        error_logs = own_log_group(
            self, "ErrorLogs", self._config, f"API-Gateway-Execution-Logs_{rest_api.rest_api_id}/{STAGE}"
        )
        rest_api.deployment_stage.node.add_dependency(error_logs)
        return rest_api

    def _stage(self) -> apigateway.StageOptions:
        access_logs = own_log_group(self, "AccessLogs", self._config)
        return apigateway.StageOptions(
            stage_name=STAGE,
            access_log_destination=apigateway.LogGroupLogDestination(access_logs),
            access_log_format=apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG)),
            logging_level=apigateway.MethodLoggingLevel.ERROR,
            data_trace_enabled=False,
            tracing_enabled=False,
            throttling_rate_limit=self._config.throttle.rate,
            throttling_burst_limit=self._config.throttle.burst,
        )

    def _cors(self) -> apigateway.CorsOptions:
        return apigateway.CorsOptions(
            allow_origins=list(self._config.allowed_origins),
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Prefer"],
            allow_methods=["GET", "POST", "DELETE", "OPTIONS"],
            max_age=Duration.hours(1),
        )

    def _route(self, functions: Functions) -> None:
        authorizer = apigateway.TokenAuthorizer(
            self,
            "Authorizer",
            handler=functions.authorizer.function,
            results_cache_ttl=KEY_CACHE,
            validation_regex=BEARER,
        )
        integration = apigateway.LambdaIntegration(functions.api.function, scope_permission_to_method=False)
        root = self.rest_api.root
        public = [root.add_resource(path) for path in OPEN_ROUTES]
        for route in public:
            route.add_method("GET", integration)
        # Every path has a method: for one without, the gateway takes the bearer key for a bad AWS signature.
        for resource in (root, *public, root.add_resource("{proxy+}")):
            resource.add_method("ANY", integration, authorizer=authorizer)
