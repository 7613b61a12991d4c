"""What ``wikigate consumer create`` prints beside the values: how pywikibot, mwclient and requests take them.

Promises: each snippet runs as it is printed, with nothing to put in (tests/clients run them so). Secrets stand in them: they are printed
where the consumer is made, and never again.
"""

from __future__ import annotations

from wikigate.accounts.consumer_registration import NewConsumer

_ASK = 'params={"action": "query", "meta": "userinfo", "format": "json"}'
_ENDING = "The secrets are shown only now."


def signed(made: NewConsumer, owner: str, server: str, path: str) -> str:
    """Return the four values of an OAuth 1.0a consumer, and what three libraries do with them.

    ``server``: scheme and host as clients know them, ``path``: where ``api.php`` lies.
    """
    scheme, _, host = server.partition("://")
    api = f"{server}{path}/api.php"
    values = f'"{made.consumer_key}", "{made.consumer_secret}", "{made.access_token}", "{made.access_secret}"'
    return f"""\
  consumer key     {made.consumer_key}
  consumer secret  {made.consumer_secret}
  access token     {made.access_token}
  access secret    {made.access_secret}

# pywikibot, user-config.py
family = mylang = "wiki"
family_files["wiki"] = "{api}"
usernames["wiki"]["wiki"] = {_text(owner)}
authenticate["{host}"] = ({values})

# mwclient
import mwclient
site = mwclient.Site("{host}", path="{path}/", scheme="{scheme}",
                     consumer_token="{made.consumer_key}", consumer_secret="{made.consumer_secret}",
                     access_token="{made.access_token}", access_secret="{made.access_secret}")
print(site.username)

# requests
import requests, requests_oauthlib
auth = requests_oauthlib.OAuth1({values})
print(requests.get("{api}", {_ASK}, auth=auth).json())

{_ENDING}"""


def borne(made: NewConsumer, server: str, path: str) -> str:
    """Return the three values of an OAuth 2 consumer, and what two libraries do with them; see ``signed``."""
    scheme, _, host = server.partition("://")
    header = f'{{"Authorization": "Bearer {made.access_token}"}}'
    return f"""\
  client id      {made.consumer_key}
  client secret  {made.consumer_secret}
  access token   {made.access_token}

# mwclient
import mwclient
site = mwclient.Site("{host}", path="{path}/", scheme="{scheme}",
                     custom_headers={header})
print(site.username)

# requests
import requests
headers = {header}
print(requests.get("{server}{path}/api.php", {_ASK}, headers=headers).json())

pywikibot signs its requests: make it a consumer with --oauth1.
{_ENDING}"""


def _text(name: str) -> str:
    """Spell a name as a Python string; a name has no control characters."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
