"""Polish names, places and firms that demonstration people are made of."""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WOMEN = _listed(
    """
    Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Elżbieta Magdalena Joanna Aleksandra Monika
    Zofia Teresa Natalia Julia Karolina Marta Beata Dorota Danuta Paulina Justyna Hanna Oliwia Zuzanna Weronika
    Patrycja Iwona Wiktoria Emilia Grażyna Renata Izabela Klaudia Sylwia Kinga Urszula Gabriela Kamila Milena
    Helena Łucja Antonina Alicja Nina Aneta Ewelina Lena Sandra Daria Olga Matylda Jagoda Róża Michalina Kaja
    Bożena Żaneta
    """
)

MEN = _listed(
    """
    Piotr Krzysztof Andrzej Tomasz Paweł Jan Michał Marcin Jakub Adam Stanisław Marek Łukasz Grzegorz Mateusz
    Wojciech Mariusz Dariusz Zbigniew Maciej Kamil Rafał Robert Kacper Jerzy Szymon Antoni Jacek Dawid Filip
    Artur Sebastian Patryk Damian Przemysław Janusz Daniel Bartosz Sławomir Karol Adrian Hubert Witold Leon
    Ignacy Mikołaj Oskar Igor Norbert Konrad Cezary Bogdan Radosław Wiktor Tymon Franciszek Aleksander Błażej
    Jarosław
    """
)

SURNAMES = _listed(
    """
    Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski
    Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski
    Michalski Król Nowakowski Wieczorek Wróbel Jabłoński Dudek Adamczyk Majewski Nowicki Olszewski Stępień
    Malinowski Jaworski Pawlak Górski Witkowski Walczak Sikora Rutkowski Baran Michalak Szewczyk Ostrowski
    Tomaszewski Pietrzak Duda Zalewski Wróblewski Marciniak Jasiński Zawadzki Sadowski Bąk Jakubowski Wilk
    Chmielewski Włodarczyk Borkowski Sokołowski Szczepański Sawicki Lis Kucharski Mazurek Kubiak Kalinowski
    Wysocki Maciejewski Kołodziej Kaźmierczak Czarnecki Sobczak Konieczny Głowacki Urban Zakrzewski Wasilewski
    Krajewski Sikorski Laskowski Ziółkowski Gajewski Makowski Szulc Baranowski Mróz Brzeziński Szymczak
    Przybylski Kaczmarczyk Cieślak Borowski Andrzejewski Błaszczyk Górecki Zawisza Kania Bielecki Mikołajczyk
    Leszczyński Czerwiński Chojnacki Mucha Gołębiewski Stachowiak Markowski Kozak Urbański Żak Stankiewicz
    Cichocki Formela Labuda Konkel Szulist Kreft Bigus Hinc Czaja Domański Żurawski
    """
)

# Place, first two digits of its postal codes, weight: the shop stands in Gdańsk and sends everywhere.
CITIES = (
    ("Gdańsk", "80", 250),
    ("Gdynia", "81", 130),
    ("Sopot", "81", 50),
    ("Warszawa", "02", 110),
    ("Kraków", "31", 55),
    ("Wrocław", "50", 50),
    ("Poznań", "61", 45),
    ("Łódź", "90", 35),
    ("Szczecin", "70", 28),
    ("Bydgoszcz", "85", 28),
    ("Toruń", "87", 22),
    ("Elbląg", "82", 26),
    ("Tczew", "83", 24),
    ("Wejherowo", "84", 24),
    ("Pruszcz Gdański", "83", 22),
    ("Rumia", "84", 18),
    ("Olsztyn", "10", 20),
    ("Słupsk", "76", 16),
    ("Lublin", "20", 18),
    ("Białystok", "15", 16),
    ("Katowice", "40", 22),
    ("Rzeszów", "35", 10),
    ("Kartuzy", "83", 10),
    ("Malbork", "82", 8),
    ("Hel", "84", 4),
    ("Świnoujście", "72", 5),
)

STREETS = _listed(
    """
    Długa Ogrodowa Polna Leśna Słoneczna Krótka Szkolna Lipowa Kwiatowa Brzozowa Morska Portowa Rybacka Łąkowa
    Kościuszki Mickiewicza Słowackiego Sienkiewicza Żeromskiego Reymonta Chopina Moniuszki Grunwaldzka
    Jagiellońska Kartuska Oliwska Wrzeszczańska Żwirowa Klonowa Dębowa Parkowa Spacerowa Wąska Piwna
    Świętojańska Zielona
    """
)

MAILBOXES = ("poczta.example", "skrzynka.example", "listonosz.example", "mailik.example", "kurier.example")

FIRMS = (
    ("Kurierzy Zatoki sp. z o.o.", "kurierzyzatoki.example"),
    ("Hotel Nad Motławą", "hotelmotlawa.example"),
    ("Studio Kreska", "studiokreska.example"),
    ("Piekarnia Rogal i Syn", "rogalisyn.example"),
    ("Stocznia Talent sp. z o.o.", "talent-stocznia.example"),
    ("Kancelaria Morska Wydra i Wspólnicy", "wydra.example"),
    ("Przedszkole Pod Żaglami", "podzaglami.example"),
    ("Bursztynowa Droga s.c.", "bursztynowadroga.example"),
    ("Instytut Badań Wiatru", "wiatr-instytut.example"),
    ("Browar Krzywa Latarnia", "krzywalatarnia.example"),
    ("Fundacja Zielone Tory", "zielonetory.example"),
    ("Drukarnia Gutek sp.j.", "gutek.example"),
    ("Klinika Oko Wieloryba", "okowieloryba.example"),
    ("Wypożyczalnia Pedał", "pedal.example"),
    ("Biuro Podróży Azymut", "azymut.example"),
)

JOBS = (
    "specjalistka ds. zakupów|specjalista ds. zakupów",
    "kierowniczka biura|kierownik biura",
    "księgowa|księgowy",
    "dyrektorka|dyrektor",
    "koordynatorka floty|koordynator floty",
    "projektantka|projektant",
)


def surname(form: str, *, woman: bool) -> str:
    """The surname as this person bears it: adjectives agree (Kowalska), nouns do not (Nowak)."""
    if not woman:
        return form
    for man_ending, woman_ending in (("ski", "ska"), ("cki", "cka"), ("dzki", "dzka"), ("ny", "na")):
        if form.endswith(man_ending):
            return form.removesuffix(man_ending) + woman_ending
    return form
