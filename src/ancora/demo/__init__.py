"""The demo: a living company to look at, and the way it gets into a database of its own.

`company` is its story, pure Python without Django; the rest of this package plays that story through the same doors
that real mail and real agents use. Nothing outside this package may import it, except the command line.
"""
