"""This machine's address on its local network."""

import socket


def lan_address() -> str:
    """The address that other machines of the network reach; 127.0.0.1 where there is no network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(
                ("192.0.2.1", 9)
            )  # a documentation address: connecting a datagram socket only picks the interface
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
