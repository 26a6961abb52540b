"""What happens by itself: when something happens to a case, or a time has passed, if conditions fit, then changes.

A *rule* has a *trigger*, *conditions* in the words of the search, and *changes*, codes as macros know them. Rules run
in their order, each on what the one before has left. A *run* says what a rule did in a case because of one cause, or
why nothing; a cause is worked off once, however often it is told. The rule is the actor of what it changes. It never
runs because of its own change, a chain of rules ends after a few steps, and one that runs too often is *paused* until
an administrator looks at it. Every save is a *version*, and an old version can be brought back as a new one.
"""
