"""Claimdesk: who says what about which claim, with which stance, on what evidence."""

__version__ = "0.1.0"
