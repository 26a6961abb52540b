"""Tests of the webhook channel."""
