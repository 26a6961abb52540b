"""Live chat under load: real web processes and a real worker, visitors and agents as their browsers behave, and a
checker that counts what was lost, doubled or out of order: `ancora bench chat --json`.

*Line*: what somebody says, with a text that nobody else says. *Reader*: the browser at the other side. *Down*: from the
moment a process is killed until it answers again.
"""
