"""What a shape can be, and what is made of one that was kept long ago."""

from ancora.cases.lists.shapes import USUAL, USUAL_SHAPE, Shape, shape_from


def test_shape_is_read_as_it_was_kept():
    shape = Shape("table", "due", "owner", ("number", "subject"))
    assert shape_from(shape.kept()) == shape
    assert shape_from({}) == USUAL_SHAPE


def test_what_is_unknown_by_now_is_as_usual_and_the_subject_never_goes():
    kept = {"layout": "cube", "order": 7, "group": ["owner"], "columns": ["moon", "owner", "owner"]}
    assert shape_from(kept) == Shape(columns=("subject", "owner"))
    assert shape_from({"columns": "owner"}).columns == USUAL
    assert shape_from({"columns": ["moon"]}).columns == USUAL


def test_head_of_a_column_orders_by_it_and_then_the_other_way_round():
    orders = [USUAL_SHAPE.ordered_by("opened")]
    for column in ("opened", "opened", "due", "due", "subject"):
        orders.append(orders[-1].ordered_by(column))
    assert [one.order for one in orders] == ["newest", "oldest", "newest", "due", "due", "due"]


def test_column_moves_and_stays_at_the_end():
    shape = Shape(columns=("subject", "owner", "last"))
    assert shape.moved("last", -1).columns == ("subject", "last", "owner")
    assert shape.moved("last", 1).columns == shape.moved("team", 1).columns == shape.columns
