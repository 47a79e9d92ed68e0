"""Tyres and tubes."""

from decimal import Decimal

from relacja.demo.catalogue.goods import LOVED, WEIGHT, Category, Product, Words, same
from relacja.demo.drawings.tyres import Tyre

CATEGORY = Category(
    "opony",
    Words("Opony i dętki", "Tyres and tubes"),
    Words("Na bruk, szuter, korzenie i lód.", "For cobbles, gravel, roots and ice."),
    "OP-WYD",
)

_WIDTH = Words("Szerokość", "Width")
_PRESSURE = Words("Ciśnienie", "Pressure")

PRODUCTS = (
    Product(
        "OP-MOL",
        "molo",
        CATEGORY,
        Words("Opona Molo 35", "Molo 35 tyre"),
        Words("Miejska, z wkładką i odblaskowym paskiem.", "For town, with a puncture belt and a reflective stripe."),
        Words(
            "Trzymilimetrowa wkładka zatrzymuje szkło z sobotniej nocy, a pasek świeci w reflektorach z boku.",
            "A three-millimetre belt stops Saturday night's glass and the stripe lights up from the side.",
        ),
        Decimal("119.00"),
        ((_WIDTH, same("35–622")), (_PRESSURE, same("3,5–5 bar")), (WEIGHT, same("720 g"))),
        Tyre("MOLO 35–622", "#e7e0cf", "stripe"),
    ),
    Product(
        "OP-WYD",
        "opona-wydma",
        CATEGORY,
        Words("Opona Wydma 42", "Wydma 42 tyre"),
        Words("Gravelowa, z beżowym bokiem, gotowa na mleko.", "Gravel, tan wall, tubeless ready."),
        Words(
            "Drobny bieżnik szybko toczy się środkiem, a klocki na ramionach trzymają w zakręcie.",
            "A fine centre rolls fast and the shoulder knobs hold in the bend.",
        ),
        Decimal("199.00"),
        ((_WIDTH, same("42–622")), (_PRESSURE, same("2–4 bar")), (WEIGHT, same("480 g"))),
        Tyre("WYDMA 42–622", "#dbe6ec", "fine", wall="#c59a62", accent="#3b2a20"),
        (),
        LOVED,
    ),
    Product(
        "OP-TUR",
        "opona-turnia",
        CATEGORY,
        Words("Opona Turnia 2,3", "Turnia 2.3 tyre"),
        Words("Górska, z miękką mieszanką na mokre korzenie.", "Mountain, a soft compound for wet roots."),
        Words(
            "Rozstawione klocki same zrzucają błoto, a wzmocniony bok wytrzymuje spotkania z kamieniami.",
            "Widely spaced knobs shed the mud and the reinforced wall survives meeting rocks.",
        ),
        Decimal("229.00"),
        ((_WIDTH, same("29 × 2,3″")), (_PRESSURE, same("1,6–2,8 bar")), (WEIGHT, same("890 g"))),
        Tyre("TURNIA 29×2,3", "#e8e4d2", "knobs", thick=40),
    ),
    Product(
        "OP-ASF",
        "asfalt",
        CATEGORY,
        Words("Opona Asfalt 28", "Asfalt 28 tyre"),
        Words("Szosowa, gładka i zaskakująco trwała.", "Road, smooth and surprisingly durable."),
        Words(
            "Bawełniany oplot toczy się miękko, a mieszanka trzyma na mokrym. Średnio 5000 kilometrów do wymiany.",
            "A cotton casing rolls softly and the compound holds in the wet. 5,000 kilometres on average.",
        ),
        Decimal("179.00"),
        ((_WIDTH, same("28–622")), (_PRESSURE, same("5–7 bar")), (WEIGHT, same("270 g"))),
        Tyre("ASFALT 28–622", "#f1dfd6", "slick", thick=22),
    ),
    Product(
        "OP-ZAM",
        "zamiec",
        CATEGORY,
        Words("Opona Zamieć 42", "Zamieć 42 winter tyre"),
        Words("Zimowa, 240 kolców na oblodzone ścieżki.", "Winter: 240 studs for icy paths."),
        Words(
            "Kolce ze stali węglikowej trzymają na szklance i śpiewają na asfalcie. Zakładasz w"
            " listopadzie, zdejmujesz"
            " w marcu.",
            "Carbide studs hold on glare ice and sing on tarmac. On in November, off in March.",
        ),
        Decimal("259.00"),
        ((_WIDTH, same("42–622")), (_PRESSURE, same("2–4,5 bar")), (WEIGHT, same("940 g"))),
        Tyre("ZAMIEĆ 42–622", "#dfe8ee", "studs", thick=34),
    ),
    Product(
        "OP-DTK",
        "detka-28",
        CATEGORY,
        Words("Dętka 28″", "28″ inner tube"),
        Words("Butyl, wentyl 48 mm, zawsze pod ręką.", "Butyl, 48 mm valve, always at hand."),
        Words(
            "Trzyma ciśnienie tygodniami. W pudełku łatka i para rękawiczek, bo dętki pękają zawsze w białej koszuli.",
            "Holds its pressure for weeks. The box has a patch and gloves, as tubes always burst on white-shirt days.",
        ),
        Decimal("34.90"),
        ((_WIDTH, same("28–47 mm")), (Words("Wentyl", "Valve"), same("Presta 48 mm"))),
        Tyre("DĘTKA 28", "#e3e6f0", "tube", accent="#2f6f73"),
    ),
)
