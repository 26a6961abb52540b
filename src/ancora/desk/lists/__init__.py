"""Lists in the shape a person chose: as cards or as a table, in an order, in groups.

The table and the cards of a list are the same rows: where it has little room, beside a case or on a telephone, the
style sheet lays the cells of a row out as a card.
"""
