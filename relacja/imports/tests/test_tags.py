"""A column of tags: names in whatever writing, those that are not there made by who may."""

from relacja.contacts import exports, tags
from relacja.contacts.actions import tags as tagging
from relacja.contacts.columns import offered
from relacja.contacts.models import Contact, Tag
from relacja.imports import actions
from relacja.imports.tests.making import checked, make_import, table

HEADINGS = ("E-mail", "Tagi")


def named(email: str) -> list[str]:
    held = Contact.objects.get(email=email).attributes.get(tags.KEY)
    return [tag.name for tag in tags.vocabulary().meant(held)]


def run(one, now) -> None:
    forecast = checked(one, now)
    assert forecast["refused"] == 0
    actions.start(one, now=now)
    one.refresh_from_db()
    actions.run(one, now=now)


def test_tags_of_a_file_are_unified_and_join_those_that_are_there(alice, now):
    gold = tagging.make_tag("Złoty klub", now=now)
    run(make_import(table(HEADINGS, ("anna@zolc.example", "złoty klub")), now, by=alice), now)
    again = table(HEADINGS, ("anna@zolc.example", "Targi, ZLOTY KLUB"), ("jan@zolc.example", "targi | złoty klub"))

    run(make_import(again, now, by=alice), now)

    assert named("anna@zolc.example") == named("jan@zolc.example") == ["Targi", "Złoty klub"]
    assert Tag.objects.count() == 2
    assert (
        exports.text(Contact.objects.get(email="jan@zolc.example"), offered()[tags.PATH], now=now)
        == "Targi; Złoty klub"
    )
    assert gold.key in Contact.objects.get(email="anna@zolc.example").attributes[tags.KEY]


def test_a_check_makes_no_tag_and_who_may_not_is_refused(alice, bob, now):
    content = table(HEADINGS, ("anna@zolc.example", "Nowy"))

    checked(make_import(content, now, by=alice), now)
    forecast = checked(make_import(content, now, by=bob), now)

    assert Tag.objects.count() == 0
    assert forecast["refused"] == 1
