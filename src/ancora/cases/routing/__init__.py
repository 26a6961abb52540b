"""Who gets a case that nobody owns.

For teams that have it switched on, *routing* gives each *waiting* case (open, without owner, in that team) to the
customer's owner, else to whoever has the *skills* that the case asks for and *room*, and was given nothing for the
longest time. A *skill* is held by people, and asked for by a team, by tags, or, when it is a language, by the language
of the case. A *limit* is how many open cases of a channel a person has at most. After a while a case *overflows* to
another team, then without its skills counting, and is *escalated* to the lead, both in working time of the team.
Whoever is *away*, or whose *desk* has not been open for some minutes, is given nothing.

`decision.py` decides and knows no database; `facts.py` asks what it decides on; `assigning.py` does it under locks.
What must always hold: nobody is given more than the limit, nobody without the skills unless it overflows, and every
assignment says why.
"""
