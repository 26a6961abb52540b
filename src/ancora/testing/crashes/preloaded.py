"""Loaded once in the process that all others are forked from, so that a worker starts in milliseconds."""

import gc

import django

django.setup()

import procrastinate.contrib.django  # noqa: E402, F401

import ancora.cases.commands  # noqa: E402, F401
import ancora.config.worker  # noqa: E402, F401
import ancora.conversations.channels.email.parsing  # noqa: E402, F401
import ancora.testing.cast  # noqa: E402, F401
import ancora.testing.crashes.borders  # noqa: E402, F401
import ancora.testing.crashes.hands  # noqa: E402, F401

gc.collect()
gc.freeze()
