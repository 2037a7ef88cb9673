"""The address on slips: what the poll says, else the settings, else where this request came to."""

from urllib.parse import urlsplit

from flask import request

from polling.addresses import NO_NETWORK, is_loopback, lan_address
from polling.errors import RuleRefused
from polling.models import Poll
from web.desk import database


def proposed() -> str:
    """What the form of a new poll proposes: empty where no address is known that a phone could reach."""
    address = database().settings.base_url or request.host_url.rstrip("/")
    if not is_loopback(address):
        return address
    # who sits at the server itself: its address in the local network, under the same port
    found, port = lan_address(), urlsplit(address).port
    return "" if found == NO_NETWORK else f"{request.scheme}://{found}" + (f":{port}" if port else "")


def address_of(poll: Poll) -> str:
    """Where the slips of a poll lead."""
    return poll.base_url or usual()


def usual() -> str:
    """Where slips lead whose poll names no address."""
    return database().settings.base_url or request.host_url.rstrip("/")


def demand_reachable(poll: Poll) -> str:
    """The address of a poll's slips. Raises RuleRefused `address_loopback` where no phone could open it and it counts."""
    address = address_of(poll)
    if is_loopback(address) and not poll.rehearsal:
        raise RuleRefused("address_loopback", address=address)
    return address
