"""The captchas that others make and judge: hCaptcha, Turnstile, reCAPTCHA (spec extensions §2.1, §2.5).

The client solves one with the service's own script and sends the token that it got as ``captchaWord``; the service is asked whether that
token is good (``siteverify``: a form of ``secret``, ``response``, ``remoteip``; JSON of ``success``, ``error-codes``). The protocol is the
same for all three: developers.cloudflare.com/turnstile, docs.hcaptcha.com, developers.google.com/recaptcha.

Promises: no answer is asked about twice, and none that is absurdly long; without a clear yes nobody passes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from wikigate.auth.attempt import Caller
from wikigate.auth.captcha_settings import RemoteSettings
from wikigate.auth.fields import Field, Filled, Need, raw_message
from wikigate.outbound.http_client import HttpAnswer, HttpClient, OutboundError
from wikigate.primitives.message import Message
from wikigate.providers.captcha.kind import NEED_ID, CaptchaStage, CaptchaTrouble
from wikigate.state.base import StateStore

_LONGEST: Final = 16_384
_REMEMBERED: Final = 1800
# What the services call a token that is no good, as against a mistake of ours or theirs.
_REFUSED: Final = frozenset({
    "already-seen-response", "expired-input-response", "invalid-input-response", "invalid-or-already-seen-response",
    "missing-input-response", "timeout-or-duplicate",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Service:
    """One service as MediaWiki knows it. ``type``: in the metadata; ``prefix``: of its messages; ``provider``: the class that asks."""

    type: str
    prefix: str
    provider: str
    url: str


SERVICES: Final[Mapping[str, Service]] = {
    "hcaptcha": Service(
        "hcaptcha",
        "hcaptcha",
        r"MediaWiki\Extension\ConfirmEdit\hCaptcha\HCaptchaAuthenticationRequest",
        "https://hcaptcha.com/siteverify",
    ),
    "turnstile": Service(
        "turnstile",
        "turnstile",
        r"MediaWiki\Extension\ConfirmEdit\Turnstile\TurnstileAuthenticationRequest",
        "https://challenges.cloudflare.com/turnstile/v0/siteverify",
    ),
    "recaptcha": Service(
        "recaptchanocaptcha",
        "renocaptcha",
        r"MediaWiki\Extension\ConfirmEdit\ReCaptchaNoCaptcha\ReCaptchaNoCaptchaAuthenticationRequest",
        "https://www.recaptcha.net/recaptcha/api/siteverify",
    ),
}


class RemoteKind:
    """A captcha of one of the services; satisfies ``Kind``. ``http``: makes the way to the network."""

    def __init__(
        self, service: Service, settings: RemoteSettings, store: StateStore, http: Callable[[], HttpClient]
    ) -> None:
        self._type = service.type
        self._url = settings.url or service.url
        self._secret = settings.secret
        self._send_address = settings.send_address
        self._store = store
        self._http = http()
        self._needs = {
            stage: _need(service, settings.site_key, f"{service.prefix}-{reason}")
            for stage, reason in (("login", "badlogin"), ("create", "createaccount"))
        }

    def need(self, _caller: Caller, stage: CaptchaStage, /) -> Need:
        """Ask for a token of the service."""
        return self._needs[stage]

    def is_solved(self, filled: Filled, caller: Caller, _stage: CaptchaStage, /) -> bool:
        """Ask the service. Raises ``CaptchaTrouble``: ``http``, ``json``, or the service's name with ``-api``."""
        token = filled.text("captchaWord")
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        if len(token) > _LONGEST or not self._store.add(f"captcha:spent:{digest}", b"", _REMEMBERED):
            return False
        said = self._read(self._ask(token, caller.address))
        errors = said.get("error-codes")
        if errors:
            refused = isinstance(errors, list) and any(error in _REFUSED for error in errors if isinstance(error, str))
            raise CaptchaTrouble(f"{self._type}-api", is_guess=refused)
        return said.get("success") is True

    def _ask(self, token: str, address: str) -> HttpAnswer:
        fields = {"secret": self._secret, "response": token}
        if self._send_address:
            fields["remoteip"] = address
        try:
            answer = self._http.post_form(self._url, fields)
        except OutboundError as error:
            raise CaptchaTrouble("http") from error
        if not answer.ok:
            raise CaptchaTrouble("http")
        return answer

    @staticmethod
    def _read(answer: HttpAnswer) -> dict[str, Any]:
        try:
            said = answer.json()
        except OutboundError as error:
            raise CaptchaTrouble("json") from error
        if not isinstance(said, dict) or not said:
            raise CaptchaTrouble("json")
        return said


def _need(service: Service, site_key: str, prompt: str) -> Need:
    word = Field("captchaWord", "string", Message(prompt), Message(f"{service.prefix}-help"))
    metadata = {"type": service.type, "mime": "application/javascript", "key": site_key}
    return Need(NEED_ID, (word,), provider=raw_message(service.provider), metadata=metadata)
