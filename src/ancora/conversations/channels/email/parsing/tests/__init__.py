"""Tests of mail understanding."""
