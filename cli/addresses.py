"""This machine's address on its local network."""

import socket

NO_NETWORK = "127.0.0.1"


def lan_address() -> str:
    """The address that other machines of the network reach; 127.0.0.1 where there is no network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # a documentation address: connecting a datagram socket only picks the interface
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return NO_NETWORK
        return str(probe.getsockname()[0])
