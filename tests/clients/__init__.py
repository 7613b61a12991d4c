"""Real MediaWiki clients, driven against a running server.

Each program in ``drivers/`` logs in through its library's own login call, asks who it is, gets a csrf token and logs out; its contract
stands in ``drivers/steps.py``. ``make clients`` installs the libraries and prints a table of what each of them did.

The suite starts Wikigate on a free port with a new data folder. It can be pointed at any other server, which is how it is proved
against the real MediaWiki::

    WIKIGATE_CLIENTS_URL=http://127.0.0.1:8080/w/api.php WIKIGATE_CLIENTS_ACCOUNTS=accounts.json make clients

``accounts.json`` holds ``{"main": WHO, "bot": WHO, "unicode": WHO, "strangers": [name, …]}`` with ``WHO = {"name": …, "password": …}``;
``bot`` is ``main``'s bot password, with the grants ``basic`` and ``highvolume``; there are seven strangers, whose wrong passwords bring no
captcha. They are throttled after one run: the next one has to wait five minutes or to bring other names.
"""
