"""simplemediawiki (2012): the NeedToken handshake, POST for everything, a logout without a token. Mode: needtoken."""

import simplemediawiki
from steps import API, NAME, PASSWORD, csrf, refused, signed_in, signed_out, step

wiki = simplemediawiki.MediaWiki(API, user_agent="wikigate-tests simplemediawiki")
answers = []


def userinfo():
    return wiki.call({"action": "query", "meta": "userinfo"})["query"]["userinfo"]


def listen(call):
    """Keeps the answers: the library's login says no more than True or False."""

    def heard(parameters):
        answers.append(call(parameters))
        return answers[-1]

    return heard


step("version", "1.1.1")
wiki.call = listen(wiki.call)
if wiki.login(NAME, PASSWORD) is not True:
    refused(answers[-1])
assert answers[0]["login"]["result"] == "NeedToken", answers[0]
step("login")

signed_in(userinfo())
assert wiki.limits(1, 2) in {1, 2}
assert wiki.namespaces()[0] == ""
token = wiki.call({"action": "query", "meta": "tokens"})["query"]["tokens"]["csrftoken"]
csrf(token)

wiki.logout()
logout = "its own"
if userinfo()["id"] > 0:
    assert wiki.call({"action": "logout", "token": token}) == {}
    logout = "posted; its own sends no token"
signed_out(userinfo())
step("logout", logout)
