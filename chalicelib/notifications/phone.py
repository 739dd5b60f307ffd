"""Texts and calls, through AWS End User Messaging: the port beside mail (R38).

What is said is `emails/<template>/sms` or `…/voice`: a sentence or two, and nothing of a case
(R39). On a laptop the local mailbox stands in.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from chalicelib import config
from chalicelib.notifications.outbox import Channel, MessageRow
from chalicelib.web import render

LONGEST = 306  # two parts of a text in the plain alphabet


class NoNumber(Exception):
    """This deployment has no number to send from: messages wait, and then count as failed."""


def is_there() -> bool:
    """Whether this deployment has a number to send from."""
    return bool(config.phone_from())


def hand_over(row: MessageRow, private: Mapping[str, Any], channel: Channel) -> None:
    """Give one text or call to the provider. Raises when it does not take it."""
    origin = config.phone_from()
    if not origin:
        raise NoNumber
    message_id = row.sk.removeprefix("message#")
    request: dict[str, Any] = {
        "DestinationPhoneNumber": private["address"],
        "OriginationIdentity": origin,
        "MessageBody": said(row.template, private["values"], channel),
        # They come back with every event of this message.
        "Context": {"tenant": row.tenant, "message": message_id},
    }
    if config.phone_configuration_set():
        request["ConfigurationSetName"] = config.phone_configuration_set()
    if channel is Channel.VOICE:
        _provider().send_voice_message(**request, VoiceId="AMY", MessageBodyTextType="TEXT")
    else:
        _provider().send_text_message(**request, MessageType="TRANSACTIONAL")


def said(template: str, values: Mapping[str, str], channel: Channel) -> str:
    """The words of a text or a call, on one line and no longer than two texts."""
    part = "sms" if channel is Channel.SMS else "voice"
    text = " ".join(render.render_mail(f"emails/{template}/{part}", **values).split())
    return text[:LONGEST]


@cache
def _provider() -> Any:
    import boto3
    from botocore.config import Config

    patience = Config(connect_timeout=3, read_timeout=15, retries={"total_max_attempts": 3})
    return boto3.client("pinpoint-sms-voice-v2", config=patience)
