"""pymediawiki. Mode: login; it has no logout, and tells nobody who it is."""

from importlib.metadata import version

from mediawiki import MediaWiki
from mediawiki.exceptions import MediaWikiLoginError
from steps import API, NAME, PASSWORD, csrf, refused, signed_in, signed_out, step

step("version", version("pymediawiki"))
wiki = MediaWiki(url=API, user_agent="wikigate-tests pymediawiki", rate_limit=False)
try:
    assert wiki.login(NAME, PASSWORD)
except MediaWikiLoginError as refusal:
    refused(refusal)
assert wiki.logged_in
step("login")

signed_in(wiki.wiki_request({"action": "query", "meta": "userinfo"})["query"]["userinfo"])
token = wiki.wiki_request({"action": "query", "meta": "tokens"})["query"]["tokens"]["csrftoken"]
csrf(token)
wiki._post_response({"action": "logout", "token": token, "format": "json"})
signed_out(wiki.wiki_request({"action": "query", "meta": "userinfo"})["query"]["userinfo"])
step("logout", "posted; it has none")
