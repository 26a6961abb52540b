"""People's ways through the whole product: a real browser, the real web server and worker, real mail servers.

Everybody meets Ancora only through what they have: agents a browser, customers a mail program. Nothing waits for a
fixed time; what should happen by itself has two seconds at most.

With ANCORA_TEST_PICTURES naming a folder, the pages that are walked through are kept there as pictures.
"""
