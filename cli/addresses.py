"""This machine's address on its local network."""

from polling.addresses import NO_NETWORK, lan_address

__all__ = ["NO_NETWORK", "lan_address"]
