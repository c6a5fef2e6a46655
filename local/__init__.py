"""The same system on one machine: the AWS emulator, the Bedrock emulator, the front. Never shipped to Lambda."""
