"""Tests of who a mail is really from."""
