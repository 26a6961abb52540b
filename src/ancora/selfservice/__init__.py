"""Pages and endpoints that customers meet without signing in: the chat of a website.

Everything under `/chat/<account token>/` is for a page of our own origin, in a frame on the website. The visitor is
known by a token in the `Authorization` header, never by a cookie; so a foreign page can ask nothing in its name. A
refusal is JSON: a code for the program, words for the person.
"""
