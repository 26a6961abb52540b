"""Where the databases of the tests lie."""


def test_copies_lie_where_they_cost_least(databases):
    if databases.server is not None:
        assert databases.server.place.folder.parent == databases.home.resolve()
