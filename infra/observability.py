"""What a person looks at: log groups, and alarms on dead letters and their age, standstill, failing functions and 5xx.

Alarms are always there to be seen; with an address in the config they are sent too. Knows nothing of the walk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_sqs as sqs

    from infra.api import Api
    from infra.config import DeploymentConfig
    from infra.functions import Functions
    from infra.messaging import Messaging

STANDSTILL_SECONDS = {"Interactive": 600, "Bulk": 6 * 3600, "Uploads": 900}
"""How old a lane's oldest message may grow. Somebody waits for the first; bulk may work through a night's files."""
SERVER_ERRORS = 5
"""How many in one period call for a person; a single one is in the logs."""
PERIOD = Duration.minutes(5)
FORGOTTEN_DAYS = 7
"""How long dead letters may lie, and how far CloudWatch looks back. SQS deletes them 14 days after they were sent, of
which they may have spent 4 in their lane."""
HOUR, HOURS_A_DAY = Duration.hours(1), 24
LOG_RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


class Observability(Construct):
    """The alarms of one deployment, and where they are sent."""

    def __init__(self, scope: Construct, construct_id: str, *, config: DeploymentConfig) -> None:
        super().__init__(scope, construct_id)
        self._topic = None if config.alarm_email is None else _topic(self, config.alarm_email)

    def watch_lanes(self, messaging: Messaging) -> None:
        """Dead letters in any lane, those that nobody came for, and messages that nobody takes."""
        for name, lane in messaging.lanes.items():
            self._watch_dead_letters(name, lane.dead_letters)
            age = lane.queue.metric_approximate_age_of_oldest_message(period=PERIOD, statistic="Maximum")
            self._alarm(
                f"{name}Standstill", age, STANDSTILL_SECONDS[name], f"{name}: the oldest message waits too long."
            )

    def _watch_dead_letters(self, name: str, queue: sqs.Queue) -> None:
        told = f"{name}: messages were given up"
        self._alarm(f"{name}DeadLetters", _all_messages(queue, PERIOD), 1, f"{told}; their jobs say why.")
        self._alarm(
            f"{name}DeadLettersAge",
            _all_messages(queue, HOUR),
            1,
            f"{told}, and nobody came for {FORGOTTEN_DAYS} days; SQS will delete them.",
            in_a_row=FORGOTTEN_DAYS * HOURS_A_DAY,
        )

    def watch_functions(self, functions: Functions) -> None:
        """The two functions whose failure nobody else would notice."""
        for function in (functions.worker, functions.sweeper):
            name = function.node.id
            errors = function.function.metric_errors(period=PERIOD, statistic="Sum")
            self._alarm(f"{name}Errors", errors, 1, f"The {name.lower()} function failed; its log group says why.")

    def watch_api(self, api: Api) -> None:
        """Replies of 500 and above."""
        errors = api.rest_api.metric_server_error(period=PERIOD, statistic="Sum")
        self._alarm("ServerErrors", errors, SERVER_ERRORS, "The API answers with errors of its own.")

    def _alarm(self, name: str, metric: cloudwatch.IMetric, threshold: int, what: str, in_a_row: int = 1) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=threshold,
            evaluation_periods=in_a_row,
            alarm_description=what,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if self._topic is not None:
            alarm.add_alarm_action(actions.SnsAction(self._topic))


def _all_messages(queue: sqs.Queue, period: Duration) -> cloudwatch.IMetric:
    """Every message of a queue. The sweeper looks at dead letters each minute, and hides them while it does.

    So SQS does not tell their age either: it leaves out what was received three times.
    """
    return cloudwatch.MathExpression(
        expression="visible + hidden",
        period=period,
        using_metrics={
            "visible": queue.metric_approximate_number_of_messages_visible(statistic="Maximum"),
            "hidden": queue.metric_approximate_number_of_messages_not_visible(statistic="Maximum"),
        },
    )


def own_log_group(
    scope: Construct, construct_id: str, config: DeploymentConfig, name: str | None = None
) -> logs.LogGroup:
    """A log group with the deployment's retention; it goes with the stack, since its days are counted anyway."""
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=LOG_RETENTION[config.retention.logs],
        removal_policy=RemovalPolicy.DESTROY,
    )


def _topic(scope: Construct, address: str) -> sns.Topic:
    # A key of our own: CloudWatch may not use the one that SNS manages.
    key = kms.Key(scope, "AlarmKey", enable_key_rotation=True, removal_policy=RemovalPolicy.DESTROY)
    key.add_to_resource_policy(_for_alarms("kms:Decrypt", "kms:GenerateDataKey", resource="*"))
    topic = sns.Topic(scope, "Alarms", master_key=key, enforce_ssl=True)
    # The TLS rule replaces SNS's default policy, which would have let this account's alarms in.
    topic.add_to_resource_policy(_for_alarms("sns:Publish", resource=topic.topic_arn))
    topic.add_subscription(subscriptions.EmailSubscription(address))
    return topic


def _for_alarms(*permitted: str, resource: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
        actions=list(permitted),
        resources=[resource],
        conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
    )
