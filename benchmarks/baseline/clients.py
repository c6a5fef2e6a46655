"""What all functions of the baseline share: observability, AWS clients, the table and the idempotency layer."""

from __future__ import annotations

import os

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig

logger = Logger(service="baseline")
tracer = Tracer(service="baseline")
metrics = Metrics(namespace="Baseline", service="baseline")

s3 = boto3.client("s3")
bedrock = boto3.client("bedrock-runtime")
sqs = boto3.client("sqs")
events = boto3.client("events")
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])

idempotency_layer = DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"])
idempotency_config = IdempotencyConfig(expires_after_seconds=3600)
