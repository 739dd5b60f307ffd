"""How the audit names who acted: a kind and an id, never a person's name."""


def person(person_id: str) -> str:
    return f"person:{person_id}"


def link(link_id: str) -> str:
    """Somebody who holds an emailed link: the id is the start of the link's digest."""
    return f"link:{link_id[:16]}"


def visitor(digest: str) -> str:
    """Somebody without an account: the id is the start of a digest that says nothing of them."""
    return f"visitor:{digest[:16]}"


def source(source_id: str) -> str:
    """A filter or provider that posts alerts."""
    return f"source:{source_id}"


def system(function: str) -> str:
    """Holdfast itself, in one of its event functions."""
    return f"system:{function}"


def person_of(actor: str) -> str | None:
    """The person behind an actor, when it is one."""
    kind, _, actor_id = actor.partition(":")
    return actor_id if kind == "person" else None
