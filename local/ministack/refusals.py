"""What ministack 1.5.33 refuses to make, so that it is left out of the template that is deployed into it.

Each refusal stands here with the reason why the local run can do without it. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def _is_alarm_on_an_expression(resource: Mapping[str, Any]) -> bool:
    """It knows alarms on one metric only. Nobody waits for an alarm of a local run."""
    return resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource.get("Properties", {})


_REFUSED = (_is_alarm_on_an_expression,)


def acceptable(template: Mapping[str, Any]) -> dict[str, Any]:
    """The template without what would be refused. What refers to it fails the deployment, and so is noticed."""
    kept = {
        name: resource
        for name, resource in template["Resources"].items()
        if not any(refuses(resource) for refuses in _REFUSED)
    }
    return {**template, "Resources": kept}
