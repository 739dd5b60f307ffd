"""What crosses features: each opens the transaction and passes it to every feature's service."""
