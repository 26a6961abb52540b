"""The team's load: who has how much, how old the queue is, who waits longest; and giving cases to somebody else.

Everybody may look at the teams they are in, leads at all. Only leads give: one case or many of one person, by
dragging or by keys, or what nobody owns evenly to several. What is given is a bulk change and is taken back as one.
"""
