"""What can be done with registers. Other features use `add`, `is_on`, `open_count` and `due`.

registers.add(tx, school, register="unfilter_requests", values={"kind": "unblock", …},
              by=staff.actor, origin=Origin("alert", alert_id, "/s/…/alerts/…"))
"""

from chalicelib.registers.model.entry import Origin
from chalicelib.registers.service.adding import add
from chalicelib.registers.service.counting import Due, due, open_count
from chalicelib.registers.service.definitions import is_on

__all__ = ["Due", "Origin", "add", "due", "is_on", "open_count"]
