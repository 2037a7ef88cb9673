"""Addresses that phones can reach."""

import ipaddress
import socket
from urllib.parse import urlsplit

NO_NETWORK = "127.0.0.1"


def lan_address() -> str:
    """This machine's address on its local network, which other machines reach; 127.0.0.1 where there is no network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # a documentation address: connecting a datagram socket only picks the interface
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return NO_NETWORK
        return str(probe.getsockname()[0])


def is_loopback(address: str) -> bool:
    """Whether a web address leads back to the machine that opens it, so that a phone finds only itself there."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return False
    return number.is_loopback or number.is_unspecified
