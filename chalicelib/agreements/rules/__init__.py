"""Who signs what, and when: so that a joiner is asked without anybody remembering (3.3, 3.7)."""
