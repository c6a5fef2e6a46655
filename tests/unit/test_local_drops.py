"""What the AWS emulator loses of a template is known, property by property; what is not known fails the start."""

from __future__ import annotations

import pytest

from local.ministack.drops import DroppedError, lossy
from local.ministack.properties import ACCEPTED, KEPT
from local.ministack.references import References, UnresolvedError
from local.ministack.refusals import acceptable
from local.ministack.repairs import REPAIRS, covers


def template(kind, **properties):
    return {"Resources": {"Thing": {"Type": kind, "Properties": properties}}}


def translated(name, value):
    return REPAIRS[name].translate(value)


def test_a_property_that_is_lost_is_found():
    found = list(lossy(template("AWS::S3::Bucket", VersioningConfiguration={}, LifecycleConfiguration={})))

    assert [str(place) for place in found] == ["AWS::S3::Bucket.LifecycleConfiguration (Thing)"]


@pytest.mark.parametrize(
    ("kind", "name"), [("AWS::S3::Bucket", "ReplicationConfiguration"), ("AWS::Unheard::Of", "Anything")]
)
def test_a_property_that_nobody_looked_at_is_named(kind, name):
    with pytest.raises(DroppedError, match=rf"{kind}(.|\n)*properties\.py"):
        list(lossy(template(kind, **{name: 1})))


def test_an_accepted_loss_has_a_reason():
    assert list(lossy(template("AWS::CDK::Metadata", Analytics="x"))) == []
    assert all(len(reason) > 20 for reason in ACCEPTED.values())


def test_no_property_is_both_kept_and_lost():
    lost = {name for name in REPAIRS if name.rpartition(".")[2] in KEPT[name.rpartition(".")[0]]}

    assert not lost
    assert not set(REPAIRS) & set(ACCEPTED)


@pytest.mark.parametrize(
    ("found", "wanted", "expected"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([{"id": 2}, {"id": 1, "more": 0}], [{"id": 1}, {"id": 2}], True),
        ([{"id": 1}], [{"id": 1}, {"id": 2}], False),
        (None, {"a": 1}, False),
        (None, [1], False),
    ],
)
def test_what_is_found_may_hold_more_than_what_is_wanted_and_never_less(found, wanted, expected):
    assert covers(found, wanted) is expected


def test_lifecycle_rules_are_put_into_the_words_of_s3():
    rule = {
        "Id": "one",
        "Status": "Enabled",
        "Prefix": "t/",
        "ExpirationInDays": 30,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
    }

    assert translated("AWS::S3::Bucket.LifecycleConfiguration", {"Rules": [rule]}) == {
        "Rules": [
            {
                "ID": "one",
                "Status": "Enabled",
                "Filter": {"Prefix": "t/"},
                "Expiration": {"Days": 30},
                "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
            }
        ]
    }


def test_a_lifecycle_rule_for_everything_has_an_empty_prefix():
    rule = {"Id": "all", "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}

    [made] = translated("AWS::S3::Bucket.LifecycleConfiguration", {"Rules": [rule]})["Rules"]

    assert made["Filter"] == {"Prefix": ""}


def test_a_lifecycle_rule_with_a_word_that_is_not_known_is_refused():
    with pytest.raises(KeyError, match="Transitions"):
        translated("AWS::S3::Bucket.LifecycleConfiguration", {"Rules": [{"Id": "x", "Transitions": []}]})


@pytest.mark.parametrize(
    ("drawn", "expected"), [("a" * 48, True), ("a" * 47 + "'", False), ("a" * 47, False), ("a" * 47 + "%", False)]
)
def test_a_key_that_ministack_drew_with_punctuation_is_drawn_again(drawn, expected):
    repair = REPAIRS["AWS::SecretsManager::Secret.GenerateSecretString"]

    assert repair.holds(drawn, {"PasswordLength": 48, "ExcludePunctuation": True}) is expected


class Deployed:
    """The one answer of CloudFormation that references need."""

    def client(self, _service):
        return self

    def describe_stack_resources(self, StackName):  # noqa: N803
        return {"StackResources": [{"LogicalResourceId": "Logs", "PhysicalResourceId": f"/{StackName}/logs"}]}


def test_references_become_what_was_deployed():
    references = References(Deployed(), "stack", {"Resources": {"Logs": {"Type": "AWS::Logs::LogGroup"}}})
    arn = "arn:aws:logs:us-west-2:000000000000:log-group:/stack/logs"

    assert references.resolved({"Ref": "Logs"}) == "/stack/logs"
    assert references.resolved({"a": [{"Fn::GetAtt": ["Logs", "Arn"]}]}) == {"a": [arn]}
    assert references.resolved({"Fn::Join": [":", ["arn", {"Ref": "AWS::Partition"}]]}) == "arn:aws"


@pytest.mark.parametrize("value", [{"Fn::Sub": "${Logs}"}, {"Ref": "Nothing"}, {"Fn::GetAtt": ["Logs", "Other"]}])
def test_a_reference_that_cannot_be_resolved_is_refused(value):
    references = References(Deployed(), "stack", {"Resources": {"Logs": {"Type": "AWS::Logs::LogGroup"}}})

    with pytest.raises(UnresolvedError):
        references.resolved(value)


def test_only_what_the_emulator_refuses_is_left_out():
    plain, expression = {"MetricName": "Errors"}, {"Metrics": [{"Expression": "a + b"}]}
    resources = {
        "Plain": {"Type": "AWS::CloudWatch::Alarm", "Properties": plain},
        "Expression": {"Type": "AWS::CloudWatch::Alarm", "Properties": expression},
        "Bucket": {"Type": "AWS::S3::Bucket"},
    }

    assert acceptable({"Resources": resources, "Outputs": {}}) == {
        "Resources": {name: resources[name] for name in ("Plain", "Bucket")},
        "Outputs": {},
    }
