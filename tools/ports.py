"""Ports for servers that tests, benchmarks and tools start."""

from __future__ import annotations

import socket


def free_port() -> int:
    """A port of the loopback address that is free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
