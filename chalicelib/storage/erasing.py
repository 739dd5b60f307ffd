"""Taking away everything under a prefix of one tenant, some rows at a time; safe to repeat."""

from collections.abc import Callable

from chalicelib.storage.reading import every
from chalicelib.storage.rows import Row
from chalicelib.storage.transaction import transaction

_AT_ONCE = 90  # writes of one transaction, with room to spare


def erase(
    row: type[Row], tenant: str, prefix: str, *, also: Callable[[str], bool] = lambda _sk: True
) -> int:
    """Delete the rows under a prefix whose key `also` agrees to; gives how many there were."""
    found = [each.sk for each in every(row, tenant, prefix, consistent=True) if also(each.sk)]
    for start in range(0, len(found), _AT_ONCE):
        with transaction() as tx:
            for sk in found[start : start + _AT_ONCE]:
                tx.delete(row, tenant, sk)
    return len(found)
