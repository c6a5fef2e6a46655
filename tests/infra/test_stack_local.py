"""Every property of the stack is one of which it is known whether the AWS emulator keeps it."""

from __future__ import annotations

import pytest

from local.ministack.drops import lossy
from local.ministack.refusals import acceptable


@pytest.mark.parametrize("which", ["default", "local"])
def test_nothing_in_the_template_is_lost_without_notice(which, request):
    template = request.getfixturevalue(which)

    lost = {place.property for place in lossy(acceptable(template.body))}

    assert "AWS::DynamoDB::GlobalTable.TimeToLiveSpecification" in lost
