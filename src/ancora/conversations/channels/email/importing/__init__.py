"""Old mail taken in from files: maildirs, mboxes (also gzipped), single mails, and trees of them.

What must always hold: nothing is ever sent because of it, unless somebody asks for that; a mail is taken in once,
however often the import is begun anew; the place up to which a file was read moves in the transaction that stores
what it passes, so that a file is not read again in vain; memory does not grow with the mail there is.
"""
