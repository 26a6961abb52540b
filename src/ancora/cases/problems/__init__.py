"""One problem that hits many: a case to which others belong.

A *problem* is a case like any other; what makes it one are the cases that *belong* to it: links of the kind `problem`
from each of them to it, of which one is in force. One level deep: a case that has cases belongs to none, and one that
belongs to a problem has none. Where cases are merged, what holds for a part holds for the case that holds it.

A *common answer* is written once on the problem and goes to the customers of its cases: each one an ordinary reply in
the case's own conversation, with the placeholders filled for it. Its items are worked off one by one, each in its own
transaction; a case gets it once, whatever crashes and however often the form is sent, and not at all when its customer
wrote meanwhile. Nothing is left out in silence: a case that did not get it says why.
"""
