"""What the walk needs in AWS, as CDK constructs. Imports the pure rows of `functions`, never its doors or adapters."""
