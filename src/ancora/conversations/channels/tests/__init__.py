"""Tests of what all channels promise."""
