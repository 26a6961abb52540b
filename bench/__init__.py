"""Pieces of work W1 to W5, measured on a database of their own: `ancora bench w1 --json`.

The mails and the corpus are deterministic, so that any product can be measured on the same bytes. Quote CPU
milliseconds beside wall time, and compare only runs whose `calib_ms` are near each other.
"""
