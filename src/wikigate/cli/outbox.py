"""``wikigate outbox``: the mails to users: which there are, what is in one that was not sent yet, and sending them now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from wikigate.cli.operator import Commands, Operator, fail, operator_command
from wikigate.primitives.timestamps import iso8601

if TYPE_CHECKING:
    from wikigate.store.outbox import OutboxRow

_MOST = 1000


@click.group(cls=Commands)
def outbox() -> None:
    """Mails to users: list, show, send."""


@outbox.command("list")
@click.option("--most", type=click.IntRange(1, _MOST), default=50, show_default=True, help="How many, the newest.")
@operator_command
def list_mails(operator: Operator, *, most: int) -> None:
    """List the newest mails, without what is in them."""
    facts = [_facts(row) for row in operator.open_wiki().post.rows.newest(most)]
    lines = [
        f"{fact['id']:>6}  {fact['state']:<8}  {fact['created']}  {fact['recipient']}  {fact['subject']}  {fact['error']}".rstrip()
        for fact in facts
    ]
    operator.say(facts, "\n".join(lines) or "The outbox is empty.")


@outbox.command()
@click.argument("mail", type=int)
@operator_command
def show(operator: Operator, *, mail: int) -> None:
    """Show one mail as its reader would see it; of one that was sent, the text is no longer kept."""
    post = operator.open_wiki().post
    row = _found(post.rows.get(mail), mail)
    try:
        body = post.open(row) if row.body else ""
    except ValueError as error:
        fail(f"Mail {mail} cannot be opened: it was {error}.")
    text = f"To: {row.recipient}\nSubject: {row.subject}\n\n{body or '(The text is no longer kept.)'}"
    operator.say({**_facts(row), "body": body}, text)


@outbox.command()
@click.option("--again", type=int, help="A mail that failed, or may have been sent already, to be sent once more.")
@operator_command
def send(operator: Operator, *, again: int | None) -> None:
    """Send the mails that are due now."""
    wiki = operator.open_wiki()
    if wiki.mail_sender is None:
        fail(
            "There is no mail server; set mail.server in the configuration, or read the mails with “wikigate outbox show”."
        )
    if again is not None:
        _found(wiki.post.rows.get(again), again)
        if not wiki.post.rows.again(again, now=int(wiki.services.clock.now())):
            fail(f"Mail {again} has neither failed nor is it unsure; it is not sent again.")
    tally = wiki.mail_sender.send_due()
    facts = {"sent": tally.sent, "delayed": tally.delayed, "failed": tally.failed, "unsure": tally.unsure}
    operator.say(facts, ", ".join(f"{number} {what}" for what, number in facts.items()))


def _found(row: OutboxRow | None, mail: int) -> OutboxRow:
    if row is None:
        fail(f"There is no mail {mail}; “wikigate outbox list” shows the newest.")
    return row


def _facts(row: OutboxRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "state": row.state,
        "created": iso8601(row.created),
        "due": iso8601(row.due),
        "recipient": row.recipient,
        "subject": row.subject,
        "tries": row.tries,
        "error": row.error,
    }
