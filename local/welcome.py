"""What a person is told about a running local cloud: on its front page, and in the terminal. Only words."""

from __future__ import annotations

import html
from string import Template
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from local.layout import Layout

_PAGE = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Darkroom on this machine</title>
<style>body { font: 16px/1.6 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem } </style>
<h1>Darkroom</h1>
<p>The API answers under <code>$base_url</code> and <code>$base_url_tls</code>:
<a href="/v1/health">health</a>, <a href="/v1/openapi.json">OpenAPI description</a>.</p>
<p>The models behind it are simulated by the <a href="$bedrock_url">Bedrock emulator</a>, which pretends the era
<code>$era</code>. The AWS services are at <code>$aws_url</code>.</p>
<p>The key, the buckets and the queues are in <code>$outputs</code>.</p>
</html>
""")


_INVITATION = Template("""
Darkroom is up, in the era '$era'. Its first pictures:
$pictures

  base URL  $base_url
  with TLS  $base_url_tls  (certificate authority: $authority)
  key       $api_key
  more      $outputs

Try next:

  # a picture of your own; its address is in images[0].url
  curl -s $base_url/images -H 'Authorization: Bearer $api_key' -H 'Content-Type: application/json' \\
    -d '{"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a blue house in a snowy forest at night"}}'

  # the same from the command line, which finds this cloud by itself; --help says what else it can
  .venv/bin/darkroom generate "a blue house in a snowy forest at night" --out .local/pictures

  # a cut-out: drop a photo into the bucket, fetch the result a moment later
  export AWS_ENDPOINT_URL=$aws_url AWS_REGION=$region AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
  aws s3 cp photo.jpg s3://$uploads/background-removal/photo.jpg
  aws s3 cp s3://$results/recipes/background-removal/photo.jpg.png .

  # what the simulated models were asked, and what they can be told to do
  $bedrock_url
""")


def home_page(layout: Layout, era: str) -> str:
    """The page at `/`. It holds no key: any page in the browser may read it."""
    return _PAGE.substitute(
        {
            name: html.escape(str(value))
            for name, value in {
                "base_url": layout.base_url,
                "base_url_tls": layout.base_url_tls,
                "bedrock_url": layout.bedrock_url,
                "aws_url": layout.aws_url,
                "era": era,
                "outputs": layout.outputs,
            }.items()
        }
    )


def invitation(layout: Layout, era: str, outputs: Mapping[str, Any], pictures: Sequence[Path]) -> str:
    """What the terminal shows once everything works: where the pictures lie, the key, and lines to copy."""
    return _INVITATION.substitute(
        era=era,
        pictures="\n".join(f"  {picture}" for picture in pictures),
        base_url=layout.base_url,
        base_url_tls=layout.base_url_tls,
        bedrock_url=layout.bedrock_url,
        aws_url=layout.aws_url,
        authority=layout.authority,
        outputs=layout.outputs,
        api_key=outputs["api_key"],
        region=outputs["region"],
        uploads=outputs["uploads_bucket"],
        results=outputs["results_bucket"],
    )
