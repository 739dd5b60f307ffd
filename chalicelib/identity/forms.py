"""What sign-in asks."""

from chalicelib.identity.sign_in import DIGITS
from chalicelib.web import fields
from chalicelib.web.forms import Form


class AskForm(Form):
    email = fields.Email(
        "Your work email address",
        hint="We will send you a link and a code. There is no password to remember.",
        required="Enter your email address",
    )
    next = fields.Hidden()


class ProofForm(Form):
    next = fields.Hidden()


class CodeForm(Form):
    code = fields.Code(
        "Code",
        digits=DIGITS,
        hint=f"The {DIGITS} digits in the email",
        required="Enter the code in the email",
    )


class PasskeyForm(Form):
    """What the browser's script puts in: the answer of a passkey, as JSON."""

    credential = fields.Hidden()


class NewPasskeyForm(PasskeyForm):
    name = fields.Text(
        "Name of the passkey",
        most=60,
        hint="So that you know it by, for example “Work laptop” or “Blue security key”",
        required="Give the passkey a name that you will know it by",
    )


class RecoveryCodeForm(Form):
    recovery_code = fields.Text(
        "Recovery code",
        hint="One of the codes that you printed. Each works once.",
        required="Enter one of your recovery codes",
        width="20",
    )
    next = fields.Hidden()


class CodesForm(Form):
    """A new printed set; the record's id makes a double press show the same one."""

    record = fields.RecordId()


class BackForm(Form):
    """What a provider gave for us to exchange."""

    code = fields.Hidden()
    state = fields.Hidden()


class DirectoriesForm(Form):
    version = fields.Hidden()
    microsoft = fields.LongText(
        "Microsoft directory (tenant) IDs",
        most=400,
        rows=3,
        hint="One on each line. In the Entra admin centre, under Overview, it is called Tenant ID.",
    )
    google = fields.LongText(
        "Google Workspace domains",
        most=1000,
        rows=3,
        hint="One on each line, such as school.example. Private Google accounts are never taken.",
    )

    def listed(self, provider: str) -> list[str]:
        text = str(self[provider].data or "")
        return [line.strip().lower() for line in text.splitlines() if line.strip()]

    @property
    def read_at(self) -> int:
        """The version the form was filled in against; -1 for what is none."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() else -1

    def meet(self, version: int) -> None:
        """Let the next try be against a newer version."""
        self.version.typed = [str(version)]
