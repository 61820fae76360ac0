"""The commands of ``python -m annotate``, a module a subject.

A command imports what it works with when it runs, so that ``--help`` answers at once.
"""
