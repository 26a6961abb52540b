"""Texts and changes that agents use again and again.

A *macro* has a text in one or more languages, with *placeholders* such as `{first name|there}`, and *changes*: what
becomes of the case. It belongs to one person, to a team, or to everybody. Choosing one only suggests: its text is put
into what is being written, its changes are made in the same transaction in which that is sent or added. What was
suggested can be changed before; so the changes travel as codes, not as the name of the macro. *Uses* are counted by
day, without saying whose.
"""
