"""Four providers of somebody else's, which between them give every answer that a provider may give.

``dummy-hours`` (check) refuses at night. ``dummy`` (primary) sends people away, asks again for “again”, knows some outside accounts, and
restarts for the others. ``dummy-rules`` (secondary) asks everybody for the word of the house. ``dummy-link`` (secondary) links what was
proven before. They know nothing of Wikigate but its public modules, keep what must outlive a request where it may be kept, and show that
several processes can share it.
"""

from __future__ import annotations

from wikigate.auth.fields import Field, Need, raw_message
from wikigate.auth.outcome import Abstain, CreateOffer, Fail, LinkOffer, Pass, Redirect, Restart, Ui
from wikigate.auth.plugin import ProviderPlugin

DAY = 86400
NIGHT = 6 * 3600
"""Seconds after midnight (UTC) before which nobody is let in."""

BUTTON = Need("DummyStartReq:dummylogin", (Field("dummylogin", "button", raw_message("Dummy"), raw_message("Go")),))
RETURN = Need("DummyReturnReq", (Field("code", "string", raw_message("Code"), raw_message("Code"), optional=True),))
WORD = Need("DummyWordReq", (Field("word", "password", raw_message("Word"), raw_message("Word"), sensitive=True),))
TURNS = 3


class Hours:
    """Refuses before six in the morning."""

    id = "dummy-hours"

    def needs(self, inquiry):
        return ()

    def check(self, attempt):
        closed = attempt.caller.now % DAY < NIGHT
        return Fail(raw_message("The house is closed."), "closed", is_guess=False) if closed else None

    def paused(self, attempt, outcome, user):
        pass

    def ended(self, attempt, outcome):
        pass


class Dummy:
    """An identity of another site; which account is whose stands in the wiki's shared state."""

    id = "dummy"
    accounts = "link"

    def __init__(self, state):
        self._state = state

    def canonical_name(self, typed):
        return None

    def needs(self, inquiry):
        return (BUTTON,) if inquiry.stage in {"login", "create", "link"} else ()

    def begin(self, attempt):
        if attempt.stage == "create" and attempt.offer is not None and attempt.offer.provider == self.id:
            return Pass(attempt.names[0])
        if attempt.stage != "login" or attempt.values(BUTTON.id) is None:
            return Abstain()
        return Redirect((RETURN,), f"https://idp.example/?back={attempt.return_url}", {"dummy": "apidata"})

    def resume(self, attempt):
        values = attempt.values(RETURN.id)
        if values is None or values["code"] in {"", "again"}:
            attempt.memory["turns"] = turns = attempt.memory.get("turns", 0) + 1
            return Ui((RETURN,), raw_message("Again")) if turns < TURNS else Fail(raw_message("Enough"), "too-often")
        # One code, one login, however many requests bring it.
        if not self._state.add(f"dummy:burnt:{values['code']}", b"", DAY):
            return Fail(raw_message("Used"), "used")
        outside = values["code"].partition("/")[0]
        known = self._state.get(f"dummy:{outside}")
        if known is not None:
            return Pass(known.decode())
        data = {"account": outside}
        link = LinkOffer("DummyLinkReq", self.id, raw_message(f"Dummy ({outside})"), data)
        return Restart(create=CreateOffer(self.id, data=data), link=link)

    def ended(self, attempt, outcome):
        if attempt.stage == "create" and attempt.offer is not None and isinstance(outcome, Pass):
            self.link(attempt.offer.data["account"], outcome.user)

    def link(self, outside, user):
        self._state.put(f"dummy:{outside}", user.encode(), 365 * DAY)


class Rules:
    """Asks everybody who logs in for the word of the house, three times at most."""

    id = "dummy-rules"
    takes_links = False

    def needs(self, inquiry):
        return ()

    def begin(self, attempt, user):
        return Ui((WORD,), raw_message("The word?")) if attempt.stage == "login" else Abstain()

    def resume(self, attempt, user):
        values = attempt.values(WORD.id)
        if values is not None and values["word"] == "right":
            return Pass()
        attempt.memory["turns"] = turns = attempt.memory.get("turns", 0) + 1
        if turns < TURNS:
            return Ui((WORD,), raw_message("No. The word?"), "error")
        return Fail(raw_message("Wrong"), "wrong-word", user.name)

    def ended(self, attempt, outcome):
        pass


class Link:
    """Links what was proven before to whoever has logged in otherwise."""

    id = "dummy-link"
    takes_links = True

    def __init__(self, dummy):
        self._dummy = dummy

    def needs(self, inquiry):
        return ()

    def begin(self, attempt, user):
        mine = [link for link in attempt.links if link.provider == Dummy.id]
        if not mine:
            return Abstain()
        options = {link.id: link.label for link in mine}
        text = raw_message("Link")
        return Ui(
            (Need("DummyChoice", (Field("choice", "multiselect", text, text, options=options, optional=True),)),), text
        )

    def resume(self, attempt, user):
        values = attempt.values("DummyChoice")
        for link in attempt.links:
            if values is not None and link.id in values["choice"]:
                self._dummy.link(link.data["account"], user.name)
        return Pass()

    def ended(self, attempt, outcome):
        pass


HOURS = ProviderPlugin("dummy-hours", "check", lambda parts: Hours())
DUMMY = ProviderPlugin("dummy", "primary", lambda parts: Dummy(parts.state))
RULES = ProviderPlugin("dummy-rules", "secondary", lambda parts: Rules())
LINK = ProviderPlugin("dummy-link", "secondary", lambda parts: Link(Dummy(parts.state)))
