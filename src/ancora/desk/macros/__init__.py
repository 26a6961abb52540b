"""Macros at the desk: chosen in a composer, seen before they do anything, and written in the settings."""
