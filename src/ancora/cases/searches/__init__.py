"""What a person searched for lately, to be searched for again.

Only searches that were really made, by whoever made them, the last dozen of a month; nobody else sees
them, and each night what is older is deleted.
"""
