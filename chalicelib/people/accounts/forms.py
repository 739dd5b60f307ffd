"""What is typed about accounts, devices and addresses."""

from chalicelib.people.accounts.model import Signs
from chalicelib.web import fields
from chalicelib.web.forms import Form


class SignsForm(Form):
    accounts = fields.LongText(
        "Accounts",
        most=1000,
        rows=3,
        hint="One on each line, as the filter writes them: jo.marsh@school.example, "
        "SCHOOL\\jo.marsh or jo.marsh",
    )
    devices = fields.LongText(
        "Devices that only they use",
        most=1000,
        rows=3,
        hint="One on each line: the device's name or its MAC address. Never a shared one",
    )
    addresses = fields.LongText(
        "Network addresses that only they have",
        most=1000,
        rows=2,
        hint="One on each line, and only if your network always gives them the same one",
    )

    @classmethod
    def of(cls, signs: Signs) -> "SignsForm":
        return cls.blank(
            accounts="\n".join(signs.accounts),
            devices="\n".join(signs.devices),
            addresses="\n".join(signs.addresses),
        )

    def signs(self) -> Signs:
        return Signs(
            _lines(self.accounts.data), _lines(self.devices.data), _lines(self.addresses.data)
        )


class PasteForm(Form):
    lines = fields.LongText(
        "Names and accounts",
        most=8000,
        rows=8,
        hint="One person on each line: full name, account, and perhaps a device and an address, "
        "with commas between",
        required="Paste at least one line",
    )


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in (text or "").splitlines() if line.strip()))
