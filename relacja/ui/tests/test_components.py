"""Components: what they say, and that they let nothing through unescaped."""

from datetime import UTC, datetime

import pytest
from django import forms
from django.template import Context, Template

from relacja.ui.templatetags import ui

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NAUGHTY = "<script>alert(1)</script>"


def drawn(text: str, **context) -> str:
    return Template(text).render(Context({"now": NOW, "naughty": NAUGHTY, **context}))


def test_a_long_address_breaks_before_its_at_and_stays_escaped():
    shown = drawn("{{ address|breakable }}", address="<b>.kowalska@firma.example")

    assert shown == "&lt;b&gt;.kowalska<wbr>@firma.example"


@pytest.mark.parametrize(
    "text",
    [
        "{% badge naughty %}",
        "{% avatar naughty %}",
        "{% who naughty naughty %}",
        "{% chip naughty naughty icon=naughty %}",
        "{% set_chip naughty naughty naughty naughty %}",
        "{% crumb naughty naughty %}{% crumb naughty %}",
        "{% fact naughty naughty changed=naughty %}",
        "{% stat naughty naughty unit=naughty sentence=naughty %}",
        "{% meter 1 2 naughty %}{% steps 1 2 naughty %}",
        "{% event icon=naughty tone=naughty meta=naughty %}{{ naughty }}{% endevent %}",
        "{% section title=naughty aside=naughty id=naughty %}{{ naughty }}{% endsection %}",
        "{% card title=naughty %}{{ naughty }}{% endcard %}",
        "{% notice naughty icon=naughty %}{{ naughty }}{% endnotice %}",
        "{% empty_state said=naughty %}{{ naughty }}{% endempty_state %}",
        "{% menu label=naughty %}{{ naughty }}{% endmenu %}",
        "{% dialog id=naughty title=naughty close=naughty %}{{ naughty }}{% enddialog %}",
        "{% toast naughty undo=naughty %}",
        "{% icon naughty label=naughty %}{% key naughty %}",
        "{% pages previous=naughty next=naughty said=naughty target=naughty %}",
    ],
)
def test_no_component_lets_markup_through(text):
    assert "<script" not in drawn(text)


def test_one_name_always_has_the_same_paper_and_initials():
    assert drawn("{% avatar 'Katarzyna Wiśniewska-Żak' %}") == drawn("{% avatar 'Katarzyna Wiśniewska-Żak' %}")
    assert [ui.initials(name) for name in ("Anna", "Łucja Żak", "jan@firma.example", "", "Ó")] == [
        "A",
        "ŁŻ",
        "JF",
        "?",
        "Ó",
    ]


def test_a_time_says_the_exact_moment_on_hover():
    html = drawn("{% ago when %}", when=datetime(2026, 11, 21, 11, 56, tzinfo=UTC))

    assert 'title="21 lis 2026, 12:56:00"' in html
    assert "data-ago" in html
    assert drawn("{% ago when %}", when=None) == "–"


class Company(forms.Form):
    name = forms.CharField(label="Nazwa", help_text="Jak na fakturze")
    city = forms.CharField(label="Miasto", required=False)
    kind = forms.ChoiceField(label="Rodzaj", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    active = forms.BooleanField(label="Działa")


def test_a_field_ties_its_label_hint_and_error_together():
    form = Company({"name": "", "kind": "a"})
    form.is_valid()

    html = drawn("{% field form.name %}", form=form)

    assert '<label for="id_name">' in html
    assert 'aria-invalid="true"' in html
    described = html.split('aria-describedby="')[1].split('"')[0].split()
    assert {f'id="{name}"' in html for name in described} == {True}
    assert "id_name_error" in html


def test_only_what_may_be_left_out_says_so():
    assert "field" in drawn("{% field form.name %}", form=Company())
    assert 'class="optional"' not in drawn("{% field form.name %}", form=Company())
    assert 'class="optional"' in drawn("{% field form.city %}", form=Company())


def test_a_form_is_drawn_whole_with_what_is_wrong_on_top():
    form = Company({"name": "x", "kind": "a", "active": "on"})
    form.add_error(None, "To się nie zgadza.")

    html = drawn("{% fields form %}", form=form)

    assert html.index("To się nie zgadza.") < html.index('name="name"')
    assert html.count('type="radio"') == 2
    assert html.count('class="check"') == 3


def test_a_course_is_drawn_inside_its_box():
    points = drawn("{% spark points %}", points=[3, 3, 3]).split('points="')[1].split('"')[0]

    assert [tuple(map(float, pair.split(","))) for pair in points.split()] == [(2, 22), (36, 22), (70, 22)]


def test_a_meter_never_leaves_its_track():
    assert 'width="100.0%"' in drawn("{% meter 7 5 %}")
    assert 'width="0.0%"' in drawn("{% meter 7 0 %}")


def test_a_head_sorts_the_other_way_and_forgets_the_page(rf):
    request = rf.get("/", {"sort": "last", "after": "5", "city": "Gdynia"})

    html = drawn('{% column "Ostatnio" "last" "last" target="#list" %}', request=request)

    assert 'aria-sort="ascending"' in html
    assert 'href="?sort=-last&amp;city=Gdynia"' in html
    assert 'hx-target="#list"' in html
