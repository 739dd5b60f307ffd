"""Turns the tree into what CloudFormation takes, for AWS and for the local cloud."""
