"""While many chats begin at once, a browser that nobody knows first does a sum: a second or two for a person who waits,
hours for who wants to begin a million. Nobody is asked to look at pictures, and no other server is asked.

The sum is ALTCHA's, in its first version (https://altcha.org/docs/v1/proof-of-work): the number below `maxnumber` for
which SHA-256 of `salt` and the number is `challenge`. What must hold: a challenge is of one account and one token of a
browser, so that its solution begins one chat and never two; it is signed, and ends after some minutes. Whoever is
known, or is signed in at the website, does no sum.
"""
