"""Files that people take away: PDF, spreadsheets. Asked for in a use case, made by the queue.

A feature calls `service.ask` in its own transaction and sends the person to the page it gives the
path of. `app.py` says which maker writes which kind. What is made is kept for days, never for
good; each download asks anew who wants it.
"""
