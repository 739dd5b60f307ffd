"""Trusts and schools: who belongs to which trust, what each has decided, and its calendar."""
