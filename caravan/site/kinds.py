"""The words for the kinds of text."""

from __future__ import annotations

from collections.abc import Callable

Gettext = Callable[[str], str]


EDITORS = "The editors of this site"


def authors(names: tuple[str, ...], _: Gettext) -> tuple[str, ...]:
    """Authors as readers see them: names stay, the editors of this site are said in the reader's language."""
    return tuple(_("The editors of this site") if name == EDITORS else name for name in names)


def kind_name(kind: str, _: Gettext) -> str:
    """The name of a kind's list."""
    return {"calls": _("Calls"), "analysis": _("Analysis"), "background": _("Background")}[kind]


def kind_about(kind: str, _: Gettext) -> str:
    """One sentence about a kind's list."""
    return {
        "calls": _("Calls of organizations, retold: who called, to what, when and where, and whether it is over."),
        "analysis": _("What happened, and how sure we are: questions answered from sources that stand beside each claim."),
        "background": _("What lies beneath: treaties, law and figures, explained and weighed."),
    }[kind]


def voice(kind: str, called_by: str | None, _: Gettext) -> str:
    """The line under the title that says which voice speaks."""
    if kind == "calls":
        return _("Call by {caller}, retold").format(caller=called_by) if called_by else _("Call, retold")
    return {
        "analysis": _("Analysis: what happened, from the sources named"),
        "background": _("Background: what lies beneath, from the sources named"),
    }[kind]
