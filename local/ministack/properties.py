"""What ministack 1.5.33 keeps of a template, and which losses are accepted and why. Data only.

A kept property is one that its CloudFormation stores and its services answer with; whether a service acts on it is
another question (README, "What a local run cannot show").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT: Mapping[str, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        "AWS::ApiGateway::Authorizer": "Name Type AuthorizerUri AuthorizerCredentials IdentitySource RestApiId "
        "IdentityValidationExpression AuthorizerResultTtlInSeconds",
        "AWS::ApiGateway::Deployment": "RestApiId Description",
        "AWS::ApiGateway::GatewayResponse": "RestApiId ResponseType ResponseParameters ResponseTemplates StatusCode",
        "AWS::ApiGateway::Method": "RestApiId ResourceId HttpMethod AuthorizationType AuthorizerId Integration "
        "MethodResponses ApiKeyRequired OperationName RequestParameters RequestModels",
        "AWS::ApiGateway::Resource": "RestApiId ParentId PathPart",
        "AWS::ApiGateway::RestApi": "Name Description EndpointConfiguration BinaryMediaTypes Policy Tags",
        "AWS::ApiGateway::Stage": "RestApiId StageName DeploymentId Description Variables MethodSettings "
        "TracingEnabled Tags",
        "AWS::CloudWatch::Alarm": "AlarmActions AlarmDescription AlarmName ComparisonOperator DatapointsToAlarm "
        "Dimensions EvaluationPeriods MetricName Namespace OKActions Period Statistic Tags Threshold TreatMissingData",
        "AWS::DynamoDB::GlobalTable": "AttributeDefinitions BillingMode GlobalSecondaryIndexes KeySchema "
        "LocalSecondaryIndexes StreamSpecification TableName",
        "AWS::Events::EventBus": "Name Description Tags",
        "AWS::Events::Rule": "Description EventBusName EventPattern Name RoleArn ScheduleExpression State Tags Targets",
        "AWS::IAM::ManagedPolicy": "Description ManagedPolicyName Path PolicyDocument Roles",
        "AWS::IAM::Policy": "PolicyDocument PolicyName Roles",
        "AWS::IAM::Role": "AssumeRolePolicyDocument Description ManagedPolicyArns MaxSessionDuration Path Policies "
        "RoleName Tags",
        "AWS::Lambda::EventInvokeConfig": "DestinationConfig FunctionName MaximumEventAgeInSeconds "
        "MaximumRetryAttempts Qualifier",
        "AWS::Lambda::EventSourceMapping": "BatchSize Enabled EventSourceArn FilterCriteria FunctionName "
        "FunctionResponseTypes MaximumBatchingWindowInSeconds ScalingConfig",
        "AWS::Lambda::Function": "Architectures Code Description Environment EphemeralStorage FunctionName Handler "
        "Layers LoggingConfig MemorySize Role Runtime Tags Timeout TracingConfig",
        "AWS::Lambda::Permission": "Action FunctionName Principal SourceAccount SourceArn",
        "AWS::Logs::LogGroup": "LogGroupClass LogGroupName RetentionInDays Tags",
        "AWS::S3::Bucket": "BucketName CorsConfiguration NotificationConfiguration PublicAccessBlockConfiguration "
        "VersioningConfiguration WebsiteConfiguration",
        "AWS::S3::BucketPolicy": "Bucket PolicyDocument",
        "AWS::SNS::Subscription": "Endpoint FilterPolicy Protocol RawMessageDelivery TopicArn",
        "AWS::SNS::TopicPolicy": "PolicyDocument Topics",
        "AWS::SQS::Queue": "DelaySeconds KmsMasterKeyId MaximumMessageSize MessageRetentionPeriod QueueName "
        "ReceiveMessageWaitTimeSeconds RedriveAllowPolicy RedrivePolicy SqsManagedSseEnabled Tags VisibilityTimeout",
        "AWS::SQS::QueuePolicy": "PolicyDocument Queues",
        "AWS::SSM::Parameter": "AllowedPattern DataType Description Name Tags Tier Type Value",
        "AWS::SecretsManager::Secret": "Description KmsKeyId Name SecretString Tags",
    }.items()
}
"""Resource type → properties that hold after a deployment."""

ACCEPTED: Mapping[str, str] = {
    "AWS::CDK::Metadata": "It says which constructs were used, for AWS's statistics.",
}
"""A type, or a type's property, that may be lost → why."""
