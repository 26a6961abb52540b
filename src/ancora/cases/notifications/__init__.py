"""What people want to know of without looking: a case became theirs, a customer answered, a colleague needs them.

Follower: a person who hears of a case without owning it · mention: a colleague named by @ in a note, who follows the
case from then on · notification: one thing told to one person, shown under the bell, sent by mail, or both, as that
person chose. Nobody is told of their own doing, nor twice of one thing, nor of a case that they may not see.
"""
