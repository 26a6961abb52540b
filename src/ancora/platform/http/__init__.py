"""Requests and answers: the id of a request, error pages, health."""
