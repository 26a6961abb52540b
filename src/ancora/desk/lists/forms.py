"""The small form under “Show as”."""

from django import forms

from ancora.cases.lists.shapes import COLUMNS, GROUPS, LAYOUTS, ORDERS, SUBJECT, Shape

MOVES = {"back": -1, "on": 1}


class OrderForm(forms.Form):
    """A click on the head of a column."""

    order = forms.ChoiceField(choices=list(ORDERS.items()))


class ShapeForm(forms.Form):
    """columns: the chosen ones as they follow each other · move: a column and where to, `owner-back`."""

    layout = forms.ChoiceField(choices=list(LAYOUTS.items()))
    order = forms.ChoiceField(choices=list(ORDERS.items()))
    group = forms.ChoiceField(choices=list(GROUPS.items()), required=False)
    columns = forms.MultipleChoiceField(choices=list(COLUMNS.items()), required=False)
    move = forms.ChoiceField(choices=[(f"{name}-{way}", name) for name in COLUMNS for way in MOVES], required=False)

    def shape(self) -> Shape:
        given = self.cleaned_data
        columns = tuple(dict.fromkeys(given["columns"]))
        columns = columns if SUBJECT in columns else (SUBJECT, *columns)
        chosen = Shape(given["layout"], given["order"], given["group"], columns)
        column, _dash, way = given["move"].rpartition("-")
        return chosen.moved(column, MOVES[way]) if way else chosen


def columns_offered(shape: Shape) -> list[tuple[str, object, bool]]:
    """(id, label, whether it is shown), the shown ones as they stand."""
    others = [name for name in COLUMNS if name not in shape.columns]
    return [(name, COLUMNS[name], name in shape.columns) for name in (*shape.columns, *others)]
