"""Work on the photos that a request brings: filling, placing, recolouring, varying. Knows pixels, not Bedrock."""
