"""Ancora: a self-hosted customer-service hub that closes the loop from listening to proof.

The packages below are strata: each may import what lies under it, never what lies above
(config, demo, desk, cases, conversations, customers, parties, platform).
"""

__version__ = "0.1.0"
