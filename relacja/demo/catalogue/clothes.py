"""Clothing."""

from decimal import Decimal

from relacja.demo.catalogue.goods import LOVED, MATERIAL, NEW, SAFETY, WEIGHT, Category, Product, Words, same
from relacja.demo.drawings.clothes import Garment

CATEGORY = Category(
    "odziez",
    Words("Odzież", "Clothing"),
    Words("Na upał, wiatr i nadmorski deszcz.", "For heat, wind and seaside rain."),
    "OD-KOS",
)

_CARE = Words("Pielęgnacja", "Care")
_CLOTHING = ("XS", "S", "M", "L", "XL", "XXL")
_WASH = (_CARE, Words("pranie w 30 °C", "wash at 30 °C"))

PRODUCTS = (
    Product(
        "OD-KOS",
        "koszulka-sopot",
        CATEGORY,
        Words("Koszulka Sopot", "Sopot jersey"),
        Words("Oddycha, schnie w godzinę, trzy kieszenie.", "Breathes, dries within an hour, three pockets."),
        Words(
            "Włókno z odzysku, pełny zamek i taśma, która trzyma dół na miejscu. Kieszenie mieszczą banana, telefon"
            " i bilet powrotny.",
            "Recycled yarn, a full zip and a gripper hem. The pockets take a banana, a phone and the return ticket.",
        ),
        Decimal("219.00"),
        ((MATERIAL, Words("poliester z odzysku", "recycled polyester")), _WASH),
        Garment("#2f6f73", "#f1e3d3", "jersey"),
        _CLOTHING,
        LOVED,
    ),
    Product(
        "OD-KUR",
        "kurtka-sztorm",
        CATEGORY,
        Words("Kurtka Sztorm", "Sztorm rain jacket"),
        Words("Nieprzemakalna, z kapturem na kask.", "Waterproof, with a hood that fits over the helmet."),
        Words(
            "Membrana 15 000 mm, podklejone szwy i wydłużony tył. Zwija się do własnej kieszeni.",
            "A 15,000 mm membrane, taped seams and a long tail. Packs into its own pocket.",
        ),
        Decimal("499.00"),
        ((MATERIAL, Words("membrana 2,5 warstwy", "2.5-layer membrane")), (WEIGHT, same("310 g")), _WASH),
        Garment("#f0b429", "#dbe6ec", "jacket"),
        _CLOTHING,
    ),
    Product(
        "OD-SPO",
        "spodenki-etap",
        CATEGORY,
        Words("Spodenki Etap", "Etap bib shorts"),
        Words("Na szelkach, z wkładką na osiem godzin.", "Bib shorts with a pad for eight hours."),
        Words(
            "Płaskie szwy, siateczkowe plecy i wkładka o trzech gęstościach. Szelki nie wpijają się w ramiona.",
            "Flat seams, a mesh back and a three-density pad. The straps never cut into your shoulders.",
        ),
        Decimal("329.00"),
        ((MATERIAL, Words("lycra, siateczka", "lycra, mesh")), _WASH),
        Garment("#26323c", "#efdfd8", "shorts", "#d8432e"),
        _CLOTHING,
    ),
    Product(
        "OD-REK",
        "rekawiczki-ster",
        CATEGORY,
        Words("Rękawiczki Ster", "Ster gloves"),
        Words("Cienkie, obsługują telefon.", "Thin, and they work on a phone."),
        Words(
            "Dłoń z zamszu, wierzch z przewiewnej dzianiny, a na kciuku frotté – wiadomo do czego.",
            "A suede palm, an airy back and terry on the thumb, you know what for.",
        ),
        Decimal("89.00"),
        ((MATERIAL, Words("zamsz syntetyczny", "synthetic suede")), _WASH),
        Garment("#c8452f", "#e3e6f0", "gloves"),
        ("S", "M", "L", "XL"),
    ),
    Product(
        "OD-SKA",
        "skarpety-bruk",
        CATEGORY,
        Words("Skarpety Bruk", "Bruk socks"),
        Words("Wełna merino, dobre na każdą pogodę.", "Merino wool for every weather."),
        Words(
            "Grzeją, kiedy mokro, chłodzą, kiedy gorąco, i nie pachną po dwóch dniach w sakwie.",
            "Warm when wet, cool when hot, and fresh after two days in a pannier.",
        ),
        Decimal("49.90"),
        ((MATERIAL, Words("67% merino", "67% merino")), _WASH),
        Garment("#e9dfc9", "#cfdcd6", "socks", "#d8432e"),
        ("36–39", "40–43", "44–47"),
    ),
    Product(
        "OD-CZA",
        "czapka-peleton",
        CATEGORY,
        Words("Czapka Peleton", "Peleton cap"),
        Words("Kolarska, bawełniana, pod kask i do kawy.", "A cotton cycling cap for helmet and coffee."),
        Words(
            "Daszek podnosisz na zdjęciu, opuszczasz w deszczu. Szyta w Gdańsku z resztek tkanin.",
            "Peak up for the photo, down for the rain. Sewn in Gdańsk from fabric ends.",
        ),
        Decimal("69.00"),
        ((MATERIAL, Words("bawełna", "cotton")), _WASH),
        Garment("#2f4f6f", "#efe3cf", "cap"),
        (),
        NEW,
    ),
    Product(
        "OD-KAM",
        "kamizelka-blask",
        CATEGORY,
        Words("Kamizelka Blask", "Blask reflective vest"),
        Words("Odblaskowa, widoczna ze 150 metrów.", "Reflective, seen from 150 metres."),
        Words(
            "Lekka siatka na wierzch kurtki. Dwa pasy dookoła, szelki z odblasku i kieszeń na klucze.",
            "A light mesh over the jacket. Two bands around, reflective braces and a key pocket.",
        ),
        Decimal("79.00"),
        ((SAFETY, same("EN ISO 20471")), _WASH),
        Garment("#d6e23a", "#d9dfe6", "vest"),
        ("S/M", "L/XL"),
    ),
)
