"""Ports that are free now, below those the kernel gives to outgoing connections."""

import random
import socket

# Linux takes ports of outgoing connections from 32768 on: a listener there may find its port taken.
_LOWEST, _BEYOND = 10_000, 32_768

_given: set[int] = set()


def free_port() -> int:
    while True:
        port = random.randrange(_LOWEST, _BEYOND)
        if port in _given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port
