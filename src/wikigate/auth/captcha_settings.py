"""What the configuration says of captchas; they are asked for where the provider ``captcha`` is switched on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from wikigate.primitives.addresses import Networks

CaptchaKind = Literal["simple", "questions", "image", "hcaptcha", "turnstile", "recaptcha"]
_REMOTE = frozenset({"hcaptcha", "turnstile", "recaptcha"})


@dataclass(frozen=True, slots=True)
class TriggerSettings:
    """When a captcha is asked for (``$wgCaptchaTriggers``).

    ``createaccount``: for every new account. ``badlogin``: for a login after failures from the same address. ``badloginperuser``: for a
    login after failures with the same name. ``loginattempt``: for every login, which is how a client is tried out.
    """

    createaccount: bool = True
    badlogin: bool = True
    badloginperuser: bool = True
    loginattempt: bool = False


@dataclass(frozen=True, slots=True)
class FailureSettings:
    """How many failed logins make a captcha necessary, and for how long.

    ``attempts``: failures in one window (``$wgCaptchaBadLoginAttempts``, ``$wgCaptchaBadLoginPerUserAttempts``). ``seconds``: its length,
    from the first failure on (``$wgCaptchaBadLoginExpiration``, ``$wgCaptchaBadLoginPerUserExpiration``).
    """

    attempts: int
    seconds: int

    def __post_init__(self) -> None:
        """Refuse what would be another trigger."""
        if self.attempts < 1 or self.seconds < 1:
            raise ValueError(
                "“attempts” and “seconds” must be 1 or more; to ask at every login, switch “loginattempt” on"
            )


@dataclass(frozen=True, slots=True)
class QuestionSettings:
    """One question (``$wgCaptchaQuestions``).

    ``question``: HTML, shown to clients as it stands. ``answers``: what counts as right; case and surrounding spaces do not matter.
    """

    question: str
    answers: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a question that nobody can answer."""
        if not self.question.strip() or not self.answers or not all(answer.strip() for answer in self.answers):
            raise ValueError("a question needs its text and at least one answer, none of them empty")


@dataclass(frozen=True, slots=True)
class RemoteSettings:
    """A captcha that another service makes and judges.

    ``site_key``: public, for clients. ``secret``: for this server. ``url``: where solutions are judged; empty: at the service's own
    address. ``send_address``: tell the service the client's address.
    """

    site_key: str = ""
    secret: str = field(default="", repr=False)
    url: str = ""
    send_address: bool = False


@dataclass(frozen=True, slots=True)
class CaptchaSettings:
    """Captchas.

    ``kind``: what is asked; ``simple`` is a sum, ``questions`` one of ``questions``, ``image`` the picture of a word, ``hcaptcha``,
    ``turnstile`` and ``recaptcha`` what that service asks. ``triggers``: when one is asked for.
    ``lifetime``: seconds for which one may be solved (``$wgCaptchaSessionExpiration``).
    ``needs_session``: whether it can be solved only in the session in which it was asked; off, a client needs no cookie to solve one
    (``CaptchaCacheStore``). ``per_address``: failures from one address. ``per_address_long``: the same in a longer window.
    ``per_user``: failures with one name. ``per_user_long``: the same in a longer window. ``bypass``: addresses and ranges that make
    accounts without a captcha (``$wgCaptchaBypassIPs``); the right ``skipcaptcha`` does the same. ``questions``, ``remote``: see ``kind``.
    """

    kind: CaptchaKind = "simple"
    triggers: TriggerSettings = field(default_factory=TriggerSettings)
    lifetime: int = 1800
    needs_session: bool = True
    per_address: FailureSettings = FailureSettings(3, 300)
    per_address_long: FailureSettings = FailureSettings(90, 90_000)
    per_user: FailureSettings = FailureSettings(20, 600)
    per_user_long: FailureSettings = FailureSettings(600, 180_000)
    bypass: tuple[str, ...] = ()
    questions: tuple[QuestionSettings, ...] = ()
    remote: RemoteSettings = field(default_factory=RemoteSettings)

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        if self.lifetime < 1:
            raise ValueError("“lifetime” is a number of seconds, 1 or more")
        if self.kind == "questions" and not self.questions:
            raise ValueError("captchas of the kind “questions” need “questions”")
        if self.kind in _REMOTE and not (self.remote.site_key and self.remote.secret):
            raise ValueError(f"captchas of the kind “{self.kind}” need “site_key” and “secret” in “remote”")
        Networks(self.bypass)
