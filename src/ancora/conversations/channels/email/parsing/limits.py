"""Every limit of mail understanding in one place.

A mail beyond a limit is still understood up to it and carries a warning; the original is kept
elsewhere, byte for byte, so a limit never loses anything.
"""

# Larger mails are read up to here. Providers refuse mails above 25-50 MB, so 100 MB is never honest mail.
MAX_RAW_BYTES = 100 * 1024 * 1024

# Honest header blocks stay below 64 kB even after a dozen relays with ARC seals.
MAX_HEADER_BYTES = 256 * 1024

# One header value; 64 kB is about 1,500 recipients.
MAX_HEADER_VALUE = 64 * 1024

# One word of RFC 2047 is 75 characters; broken programs write whole lines. Also keeps the search linear.
MAX_ENCODED_WORD = 1000

# A Content-Type or Content-Disposition with its parameters.
MAX_PARAMETERS_VALUE = 8 * 1024

# RFC 5322 allows 998 characters a line; a longer subject is an attack or an accident.
MAX_SUBJECT_CHARS = 2000

# Display names; longer ones are cut.
MAX_NAME_CHARS = 300

# RFC 5321 allows 64 + 1 + 255; anything above cannot be an address.
MAX_ADDRESS_CHARS = 320

# Recipients read from one header.
MAX_ADDRESSES = 1000

# RFC 5322 line length; Message-IDs above are no identifiers.
MAX_MESSAGE_ID_CHARS = 998

# References kept: the first and the newest, as RFC 5537 3.4.4 trims them.
MAX_REFERENCES = 100

# Parts of one mail; the rest is left in the original.
MAX_PARTS = 1000

# Multiparts inside multiparts; deeper ones are kept as an attachment, unopened.
MAX_DEPTH = 20

# Visible text of one mail.
MAX_TEXT_CHARS = 1_000_000

# HTML read per mail; cleaning 1 MB costs about 0.15 s.
MAX_HTML_CHARS = 1_000_000

# Elements inside elements; newsletters reach 60.
MAX_HTML_DEPTH = 200

# Bold inside italic inside a colour ...: deeper formatting loses its looks, not its words.
MAX_FORMATTING_DEPTH = 20

# Quotes inside quotes shown with their own mark.
MAX_QUOTE_DEPTH = 20

# Lines looked at when quotes are searched; a reply is never written below the 20,000th line.
MAX_QUOTE_LINES = 20_000

# Bytes shown to the charset guesser: it is slow and needs no more.
MAX_GUESS_BYTES = 8 * 1024

# Bytes of a text part that holds uuencoded files and is therefore read beyond its visible limit.
MAX_UUENCODED_BYTES = 60 * 1024 * 1024

# The commonest form of an address is tried on values up to here; longer ones go the linear way at once.
MAX_COMMON_ADDRESS = 500

# A winmail.dat above is kept as it is, unopened.
MAX_TNEF_BYTES = 30 * 1024 * 1024

# Characters shown to the language detector: its time grows with them, and it is as often right as with 500.
MAX_LANGUAGE_CHARS = 300

# File names; Windows and most file systems take 255 bytes, and a UTF-8 character has up to four.
MAX_FILENAME_CHARS = 200

# More relays than this means that the mail runs in a circle; Postfix stops at 50 too.
MAX_HOPS = 50

# A calendar entry above is kept as a file only; invitations to hundreds of people stay below.
MAX_CALENDAR_BYTES = 256 * 1024

# Title and place of a meeting.
MAX_INVITATION_CHARS = 500

# Certificates in one signature; chains have three or four.
MAX_CERTIFICATES = 20

# Keys above are not used to check a signature: nobody has them, and they cost seconds.
MAX_KEY_BITS = 8192

# What an S/MIME wrapping holds when it is taken off; wrappings inside wrappings.
MAX_UNWRAPPED_BYTES = 60 * 1024 * 1024
MAX_WRAPPINGS = 4

# Recipients read from one delivery report, and the words of a server about one of them.
MAX_REPORTED = 200
MAX_DIAGNOSTIC_CHARS = 500
