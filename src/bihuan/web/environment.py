"""How templates are read, and how they say moments, spans, tones and clauses."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.template import defaultfilters
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext, override, pgettext
from django_htmx.jinja import htmx_script
from jinja2 import ChainableUndefined, Environment, pass_context, pass_environment
from jinja2.ext import Extension
from jinja2.runtime import Context
from markupsafe import Markup

from bihuan.attachments.types import MB
from bihuan.cases.types import Basis, ClosureType, Departure, Part
from bihuan.dispatch.types import FeedbackMethod, UnitFollowUp
from bihuan.duties.queries import calendar
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy.calendar import ZONE
from bihuan.subjects.declaration import Tone
from bihuan.subjects.registry import REGISTRY
from bihuan.web import words
from bihuan.web.forms import Control

TONES = {(type(stage), str(stage)): traits.tone for kind in REGISTRY for stage, traits in kind.traits.items()}
"""Stage of a table → how a page colours it; the label always says it too."""


def moment(at: datetime | None) -> str:
    """2025-03-03 09:00; nothing for nothing."""
    return words.moment(at) if at else ""


def day(on: date | None) -> str:
    """2025-03-03 周一."""
    return words.day(on) if on else ""


@pass_context
def left(context: Context, due_at: datetime, paused: bool = False) -> SafeString:
    """How long is left, coloured, with the exact moment as its title."""
    told = words.left(due_at, now=context["now"], calendar=calendar())
    if paused:
        told = words.Left(gettext("时限暂停"), "paused")
    return format_html(
        '<time class="left left-{}" datetime="{}" title="{}">{}</time>',
        told.tone,
        due_at.isoformat(),
        gettext("到期：%(moment)s") % {"moment": words.moment(due_at)},
        told.words,
    )


def stage(word: Any) -> SafeString:
    """A stage as a coloured label."""
    tone = TONES.get((type(word), str(word)), Tone.DONE)
    return format_html('<span class="stage stage-{}">{}</span>', tone, words.label_of(word))


@pass_environment
def label(environment: "InLanguage", word: Any) -> str:
    """The label of a word in the language of the page; the word itself where it has none."""
    return words.label_in(environment.language or get_language(), word)


def at(mapping: Any, key: Any) -> Any:
    """What a mapping has at a key."""
    return mapping.get(key) if mapping else None


def files(controls: Iterable[Control]) -> bool:
    """Whether files can be brought with a form of these controls."""
    return any(control.kind == "attachments" for control in controls)


def weekday(at: datetime) -> str:
    """周一."""
    return gettext(f"周{words.WEEKDAYS[at.astimezone(ZONE).weekday()]}")


def control_moment(at: datetime) -> str:
    """As a datetime-local control wants it."""
    return words.control_moment(at)


def excerpt(text: str | None) -> str:
    """The first words of what stands below a title."""
    told = " ".join((text or "").partition("\n")[2].split())
    return told if len(told) <= 90 else f"{told[:88]}……"


def date_in(at: date | None, form: str) -> str:
    """A day or moment in the form that is asked for, on the clock of the jurisdictions."""
    return str(defaultfilters.date(localtime(at) if isinstance(at, datetime) else at, form))


def _labelled(*lists: type[Vocabulary]) -> Any:
    """A filter: the label of a stored word of one of these lists."""
    known = {str(word): word.label for listed in lists for word in listed}
    return lambda value: words.label_of(known.get(str(value), str(value)))


def said(text: str) -> Markup:
    """A text of ours in the language of the page."""
    return Markup(gettext(text))  # noqa: S704 it stands in our templates and catalogue


OURS = re.compile(r'\{\{ _\("([^"\\]*)"\) \}\}')
"""A text of ours as it stands in a template."""
FILTERS = {
    "left": left,
    "stage": stage,
    "moment": moment,
    "day": day,
    "date": date_in,
    "label": label,
    "at": at,
    "files": files,
    "weekday": weekday,
    "control_moment": control_moment,
    "excerpt": excerpt,
    "entry_basis": words.entry_basis,
    "part_label": _labelled(Part),
    "departure_label": _labelled(Departure),
    "basis_label": _labelled(Basis),
    "closure_label": _labelled(ClosureType),
    "contact_label": _labelled(FeedbackMethod),
    "follow_up_label": _labelled(UnitFollowUp),
    **{
        name: getattr(defaultfilters, name)
        for name in ("filesizeformat", "floatformat", "truncatechars", "urlencode", "yesno")
    },
}


class InLanguage(Environment):
    """Where templates are compiled for pages in one language; in none, for whoever gathers what they say."""

    language: str | None = None


class _Said(Extension):
    """Puts what our templates say into the language when they are compiled, so that a page need not."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        if (language := self.environment.language) is None:  # type: ignore[attr-defined]
            return source
        with override(language):
            return OURS.sub(lambda found: gettext(found[1]), source)


REST_OF_A_FORM = 256 * 1024
"""So much of a form is left to what is no file."""


def file_bounds() -> dict[str, int]:
    """How large a file may be, and all files of a form together: in megabytes for people, in bytes for the browser."""
    each, whole = int(settings.ATTACHMENT_LIMIT), int(settings.FORM_LIMIT)
    return {"each": each // MB, "whole": whole // MB, "each_bytes": each, "whole_bytes": whole - REST_OF_A_FORM}


def environment(**options: Any) -> InLanguage:
    """Jinja2 with our words; what is not there is said as nothing, as far as it is asked."""
    made = InLanguage(**options | {"undefined": ChainableUndefined, "extensions": ["jinja2.ext.i18n", _Said]})
    made.install_gettext_callables(gettext, ngettext, newstyle=False, pgettext=pgettext)  # type: ignore[attr-defined]
    made.globals |= {
        "_": said,
        "language": get_language,
        "file_bounds": file_bounds,
        "static": static,
        "htmx_script": htmx_script,
    }
    made.filters |= FILTERS
    return made


class Pages(Jinja2):
    """Django's door to our templates: they are compiled for each language."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._in = {code: Jinja2(params) for code, _ in settings.LANGUAGES}
        for code, engine in self._in.items():
            engine.env.language = code  # type: ignore[attr-defined]

    def get_template(self, template_name: str) -> Any:
        return self._in[get_language() or settings.LANGUAGE_CODE].get_template(template_name)
