"""Service levels: how soon customers are answered and helped, promised in working time and measured by clocks.

A *policy* says for which cases which *targets* hold, by priority, in whose working hours, and when it warns; the first
that fits a case counts. A *clock* runs from what a customer is owed to the answer or the end, and stands still while
the case waits on the customer. Clocks are derived: what happened in a case and the policies of today give them, anew
after every event of it, so that they can always be thrown away.
"""
