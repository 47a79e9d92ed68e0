"""Writing templates."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from relacja.contacts import reach
from relacja.contacts.models import Contact
from relacja.lib.errors import Refused
from relacja.messaging import actions, forms, letters, merge_fields, queries
from relacja.messaging.letters import Letter, Words
from relacja.messaging.models import Kind, Template, TemplateVersion
from relacja.messaging.views.outbox import framed
from relacja.staff import access
from relacja.staff.http import StaffRequest
from relacja.staff.models import User
from relacja.ui import toasts
from relacja.ui.pages import page


@access.allow("messaging.view")
@require_GET
def templates(request: StaffRequest) -> HttpResponse:
    context = {"templates": queries.template_lines(), "form": forms.NewTemplate(label_suffix="")}
    return page(request, "messaging/templates.html", context)


@access.allow("messaging.edit")
@require_POST
def new(request: StaffRequest) -> HttpResponse:
    """A template with a name and no words yet."""
    form = forms.NewTemplate(request.POST, label_suffix="")
    if not form.is_valid():
        context = {"templates": queries.template_lines(), "form": form}
        return page(request, "messaging/templates.html", context, status=422)
    made = actions.add_template(name=form.cleaned_data["name"], kind=form.cleaned_data["kind"], now=timezone.now())
    return redirect("messaging:template", key=made.key, language=request.user.language)


@access.allow("messaging.view")
@require_http_methods(["GET", "POST"])
def template(request: StaffRequest, key: str, language: str) -> HttpResponse:
    """A template in one language; a POST makes another version of it."""
    found = _template(key, language)
    latest = queries.versions_in_force(found).get(language)
    form = forms.Words(request.POST or None, initial=_initial(latest), label_suffix="")
    if request.method == "POST":
        if not request.user.may("messaging.edit"):
            raise Refused(_("Your role may look at templates, not change them."))
        if form.is_valid():
            now = timezone.now()
            version = actions.write_version(found, language=language, words=form.cleaned_data, by=request.user, now=now)
            toasts.say(request, _("Version %(number)d is in force.") % {"number": version.number})
            return redirect("messaging:template", key=key, language=language)
    context = {
        "template": found,
        "language": language,
        "languages": _languages(found, language),
        "latest": latest,
        "versions": found.versions.filter(language=language).select_related("created_by").order_by("-number")[:20],
        "form": form,
        "fields": merge_fields.registered(),
        "may_edit": request.user.may("messaging.edit"),
        "now": timezone.now(),
    }
    return page(request, "messaging/template.html", context, status=422 if form.errors else 200)


@access.allow("messaging.view")
@require_GET
def version(request: StaffRequest, key: str, language: str, number: int) -> HttpResponse:
    """What a template said before."""
    found = get_object_or_404(
        TemplateVersion.objects.select_related("template", "created_by"),
        template__key=key,
        language=language,
        number=number,
    )
    return page(request, "messaging/version.html", {"version": found, "now": timezone.now()})


@access.allow("messaging.view")
@require_POST
@xframe_options_sameorigin
def preview(request: StaffRequest) -> HttpResponse:
    """The words in the form as one contact would get them, or what is wrong with them."""
    form = forms.Words(request.POST)
    if not form.is_valid():
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        return _sentence(request, " ".join(sentences))
    words = Words(
        **{part: form.cleaned_data[part] for part in ("subject", "preheader", "body", "text")},
        language="en" if request.POST.get("language") == "en" else "pl",
        is_marketing=request.POST.get("kind") != Kind.TRANSACTIONAL,
    )
    as_text = request.POST.get("part") == "text"
    return _previewed(request, words, contact=_reader(request.user, request.POST.get("as", "")), as_text=as_text)


@access.allow("messaging.view")
@require_GET
@xframe_options_sameorigin
def template_preview(request: StaffRequest, key: str, language: str) -> HttpResponse:
    """The words in force as the newest contact would get them."""
    found = _template(key, language)
    latest = queries.versions_in_force(found).get(language)
    if latest is None:
        return _sentence(request, _("No words in this language yet."))
    return _previewed(
        request, letters.words_of(latest, kind=found.kind), contact=_reader(request.user, ""), as_text=False
    )


def _previewed(request: StaffRequest, words: Words, *, contact: Contact | None, as_text: bool) -> HttpResponse:
    if contact is None:
        return _sentence(request, _("There is no contact to show this to. Add one first."))
    try:
        letter = letters.preview(words, contact_id=contact.pk, now=timezone.now())
    except Refused as refusal:
        return _sentence(request, str(refusal))
    return _letter(request, letter, as_text=as_text)


def _letter(request: StaffRequest, letter: Letter, *, as_text: bool) -> HttpResponse:
    if not as_text:
        return framed(letter.html)
    return framed(page(request, "messaging/preview.html", {"text": letter.text}).text)


def _sentence(request: StaffRequest, sentence: str) -> HttpResponse:
    return framed(page(request, "messaging/preview.html", {"sentence": sentence}).text)


def _template(key: str, language: str) -> Template:
    if language not in forms.LANGUAGES:
        raise Http404
    return get_object_or_404(Template, key=key)


def _initial(latest: TemplateVersion | None) -> dict[str, str]:
    return {part: getattr(latest, part) for part in ("subject", "preheader", "body", "text")} if latest else {}


def _languages(found: Template, language: str) -> list[tuple[str, str, bool]]:
    return [(code.upper(), f"/templates/{found.key}/{code}/", code == language) for code in forms.LANGUAGES]


def _reader(user: User, text: str) -> Contact | None:
    """The contact chosen by number or address, else the latest, of those this person sees."""
    contacts = reach.people(user).filter(archived_at=None).order_by("-pk")
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return contacts.filter(pk=int(text)).first()
    if text.strip():
        return contacts.filter(identities__kind="email", identities__value=text.strip().casefold()).first()
    return contacts.first()
