"""simplemediawiki (2012) at a wiki of its days: it logs in by one request or the handshake, and out without a token. Mode: old."""

import simplemediawiki
from steps import API, NAME, PASSWORD, refused, signed_in, signed_out, step

wiki = simplemediawiki.MediaWiki(API, user_agent="wikigate-tests simplemediawiki")


def userinfo():
    return wiki.call({"action": "query", "meta": "userinfo"})["query"]["userinfo"]


step("version", "1.1.1")
if wiki.login(NAME, PASSWORD) is not True:
    refused("False")
step("login")
signed_in(userinfo())
wiki.logout()
signed_out(userinfo())
step("logout", "its own")
