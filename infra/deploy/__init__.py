"""`make deploy` and `make destroy`: into a real AWS account, after a preflight whose every failure names its fix.

Runs on the deployer's machine and talks to AWS with the deployer's credentials. Knows the CDK's command line, but not
the constructs: what is deployed is decided in `infra.stack`.
"""
