"""Helmets."""

from decimal import Decimal

from relacja.demo.catalogue.goods import AGE, LOVED, MATERIAL, NEW, SAFETY, WEIGHT, Category, Product, Words, same
from relacja.demo.drawings.helmets import Helmet

CATEGORY = Category(
    "kaski",
    Words("Kaski", "Helmets"),
    Words("Lekkie, przewiewne, z certyfikatem EN 1078.", "Light, airy, certified to EN 1078."),
    "KS-MWA",
)

_HEADS = ("52–56 cm", "56–60 cm", "60–63 cm")
_STANDARD = (SAFETY, same("EN 1078"))

PRODUCTS = (
    Product(
        "KS-MWA",
        "mewa",
        CATEGORY,
        Words("Kask Mewa", "Mewa helmet"),
        Words("Szosowy, 14 otworów, waży tyle co jabłko.", "For the road: 14 vents, the weight of an apple."),
        Words(
            "Powietrze wchodzi przodem i wychodzi tyłem, więc głowa zostaje chłodna także na podjeździe."
            " Pokrętło dopasujesz"
            " w rękawiczkach.",
            "Air comes in at the front and leaves at the back, so your head stays cool on the climb too."
            " The dial turns in"
            " gloves.",
        ),
        Decimal("349.00"),
        ((WEIGHT, same("235 g")), _STANDARD, (MATERIAL, Words("pianka EPS w skorupie PC", "EPS in a PC shell"))),
        Helmet("#d8432e", "#e7e9e4", "road"),
        _HEADS,
        LOVED,
    ),
    Product(
        "KS-KAM",
        "kamienica",
        CATEGORY,
        Words("Kask Kamienica", "Kamienica helmet"),
        Words("Miejski, gładki, z daszkiem od deszczu.", "Smooth and urban, with a peak against the rain."),
        Words(
            "Wygląda jak czapka, chroni jak kask. Miękki daszek zdejmiesz do prania, a z tyłu czeka miejsce na lampkę.",
            "Looks like a cap, protects like a helmet. The soft peak comes off for washing and there is"
            " room for a light at"
            " the back.",
        ),
        Decimal("279.00"),
        ((WEIGHT, same("340 g")), _STANDARD),
        Helmet("#6f8f7a", "#efe6d6", "urban"),
        _HEADS,
    ),
    Product(
        "KS-GRN",
        "gran",
        CATEGORY,
        Words("Kask Grań", "Grań helmet"),
        Words("Na szlak: głęboki tył i ruchomy daszek.", "For the trail: deep at the back, with an adjustable visor."),
        Words(
            "Osłania potylicę, mieści gogle pod daszkiem i ma warstwę, która przy upadku pod kątem"
            " przesuwa się zamiast"
            " głowy.",
            "Covers the back of the head, parks goggles under the visor and has a layer that slides, so"
            " that your head does"
            " not, when you fall at an angle.",
        ),
        Decimal("459.00"),
        ((WEIGHT, same("365 g")), _STANDARD),
        Helmet("#d9a13b", "#dfe8ec", "trail"),
        _HEADS,
    ),
    Product(
        "KS-DZC",
        "dzieciol",
        CATEGORY,
        Words("Kask Dzięcioł", "Dzięcioł children's helmet"),
        Words("Dla dzieci, z czubem i klamrą na magnes.", "For children, with a crest and a magnetic buckle."),
        Words(
            "Klamra na magnes nie szczypie w brodę, a kropki odbijają światła samochodów. Czub odpada przy"
            " pierwszym"
            " uderzeniu – tak ma być.",
            "The magnetic buckle never pinches and the dots reflect headlights. The crest comes off at the"
            " first knock, as"
            " it should.",
        ),
        Decimal("169.00"),
        ((WEIGHT, same("260 g")), _STANDARD, (AGE, Words("3–8 lat", "3–8 years"))),
        Helmet("#5aa0b8", "#f3e2d8", "child", "#d8432e"),
        ("46–50 cm", "50–54 cm"),
    ),
    Product(
        "KS-URW",
        "urwisko",
        CATEGORY,
        Words("Kask Urwisko", "Urwisko full-face helmet"),
        Words("Pełna szczęka do bike parku.", "Full-face protection for the bike park."),
        Words(
            "Lekka szczęka z włókna, szeroki otwór na gogle i poduszki policzkowe wyjmowane przez"
            " ratownika bez zdejmowania"
            " kasku.",
            "A light fibre chin bar, a wide goggle port and cheek pads a paramedic can pull out without"
            " removing the helmet.",
        ),
        Decimal("899.00"),
        ((WEIGHT, same("760 g")), (SAFETY, same("EN 1078, ASTM F1952"))),
        Helmet("#2f3f52", "#e4e0ee", "full"),
        _HEADS,
    ),
    Product(
        "KS-SZK",
        "szkwal",
        CATEGORY,
        Words("Kask Szkwał", "Szkwał aero helmet"),
        Words("Aero z szybą na magnesach.", "Aero, with a visor held by magnets."),
        Words(
            "Zamknięta skorupa, szyba zamiast okularów i ogon, który nie łapie bocznego wiatru. Na"
            " czasówki i na wał"
            " przeciwpowodziowy.",
            "A closed shell, a visor instead of glasses and a tail that ignores side winds. For time"
            " trials and for the"
            " river dyke.",
        ),
        Decimal("649.00"),
        ((WEIGHT, same("310 g")), _STANDARD),
        Helmet("#f4efe4", "#cfdcdf", "aero"),
        _HEADS,
        NEW,
    ),
)
