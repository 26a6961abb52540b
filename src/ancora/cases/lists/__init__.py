"""How a list of cases is shown: layout, order, groups, columns.

A *shape* says how: cards or a table, one of the *orders*, by what it is *grouped*, and which *columns* stand in which
order. Each person has one for each queue; a list that was saved has its own, which those who may change the list
change, while others may have theirs instead. A *heading* stands over the first case of a group and says how many it
holds.

What must hold: pages follow each other by the place of the last case, never by counting, so that none is skipped when
others come and go; a page continues in the order in which it was begun, whatever was chosen since; the number of
queries does not depend on how many cases there are.
"""
