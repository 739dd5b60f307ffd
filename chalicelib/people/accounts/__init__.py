"""Which account, device or network address is whose: how an alert finds its person, or nobody."""
