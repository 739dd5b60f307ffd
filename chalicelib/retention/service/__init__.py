"""What is done about records whose time is over: looking, deciding, destroying."""
