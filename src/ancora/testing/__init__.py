"""What tests stand on: a fresh database per test, a cast of people, a real server on loopback, a real browser."""
