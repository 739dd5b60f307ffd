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
