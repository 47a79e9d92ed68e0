"""Bicycles, from a child's first to one with a motor."""

from decimal import Decimal

from relacja.demo.catalogue.goods import AGE, CHARGE, LOVED, NEW, WEIGHT, Category, Product, Words, same
from relacja.demo.drawings.bicycles import Bicycle

CATEGORY = Category(
    "rowery",
    Words("Rowery", "Bicycles"),
    Words(
        "Do miasta, w trasę i w las. Każdy składamy i regulujemy ręcznie.",
        "For town, road and forest. Built and tuned by hand.",
    ),
    "ZR-M07",
)

_FRAME = Words("Rama", "Frame")
_GEARS = Words("Napęd", "Gears")
_BRAKES = Words("Hamulce", "Brakes")
_WHEELS = Words("Koła", "Wheels")
_FRAMES = ("S", "M", "L", "XL")

PRODUCTS = (
    Product(
        "ZR-M07",
        "motlawa-7",
        CATEGORY,
        Words("Motława 7", "Motława 7"),
        Words("Miejski klasyk z niską ramą i koszykiem.", "A step-through town classic with a basket."),
        Words(
            "Wsiadasz w płaszczu, z kwiatami w koszyku i kawą w uchwycie. Siedem biegów schowanych w"
            " piaście nie wymaga"
            " regulacji, a pełna osłona łańcucha oszczędza nogawki.",
            "Hop on in your coat, flowers in the basket. Seven gears hidden in the hub ask for no"
            " adjustment and the full"
            " chain guard spares your trousers.",
        ),
        Decimal("2899.00"),
        (
            (_FRAME, Words("stal chromowo-molibdenowa", "chromoly steel")),
            (_GEARS, Words("7 biegów w piaście", "7-speed hub")),
            (_BRAKES, Words("rolkowe", "roller")),
            (WEIGHT, same("17,2 kg")),
        ),
        Bicycle(
            "#2f6f73",
            "#e7e0cf",
            frame="step",
            bar="swept",
            mudguards=True,
            rack=True,
            basket=True,
            saddle="#7a4a2a",
            tyre=8,
        ),
        ("S", "M", "L"),
        LOVED,
    ),
    Product(
        "ZR-N09",
        "nogat-9",
        CATEGORY,
        Words("Nogat 9", "Nogat 9"),
        Words("Trekking na dojazdy i długie weekendy.", "A trekking bike for commutes and long weekends."),
        Words(
            "Bagażnik niesie 25 kilogramów, błotniki łapią całą wodę, a dynamo w piaście świeci zawsze,"
            " kiedy jedziesz."
            " Rower, który w poniedziałek jedzie do pracy, a w piątek na Kaszuby.",
            "The rack takes 25 kilograms, the mudguards catch all the water and the hub dynamo shines"
            " whenever you ride."
            " To work on Monday, to the lakes on Friday.",
        ),
        Decimal("3699.00"),
        (
            (_FRAME, Words("aluminium 6061", "6061 aluminium")),
            (_GEARS, same("1 × 9")),
            (_BRAKES, Words("tarczowe hydrauliczne", "hydraulic disc")),
            (WEIGHT, same("15,4 kg")),
        ),
        Bicycle("#c8452f", "#dfe7e4", mudguards=True, rack=True),
        _FRAMES,
    ),
    Product(
        "ZR-W42",
        "wydma-42",
        CATEGORY,
        Words("Wydma 42", "Wydma 42"),
        Words("Gravel na szutry, leśne dukty i asfalt.", "A gravel bike for dirt, forest tracks and tarmac."),
        Words(
            "Opony 42 mm z beżowym bokiem, miejsce na trzy bidony i spokojna geometria na cały dzień w siodle."
            " Skręca tam, gdzie szosa zawraca.",
            "42 mm tan-wall tyres, room for three bottles and a calm geometry for a whole day in the saddle."
            " It turns in where a road bike turns back.",
        ),
        Decimal("6490.00"),
        (
            (_FRAME, Words("aluminium, widelec z karbonu", "aluminium, carbon fork")),
            (_GEARS, same("1 × 12")),
            (_BRAKES, Words("tarczowe hydrauliczne", "hydraulic disc")),
            (WEIGHT, same("10,1 kg")),
        ),
        Bicycle("#d9a13b", "#dbe6ec", bar="drop", tyre=11, wall="#c59a62"),
        _FRAMES,
        LOVED,
    ),
    Product(
        "ZR-H28",
        "hel-28",
        CATEGORY,
        Words("Hel 28", "Hel 28"),
        Words("Szosa na długą prostą i mocny wiatr.", "A road bike for the long straight and a stiff wind."),
        Words(
            "Sztywna tam, gdzie naciskasz, miękka tam, gdzie siedzisz. Przewody poprowadzone w ramie, opony 28 mm"
            " i przełożenia, które wybaczają kaszubskie podjazdy.",
            "Stiff where you push, soft where you sit. Cables inside the frame, 28 mm tyres and gears that"
            " forgive the"
            " Kashubian climbs.",
        ),
        Decimal("7990.00"),
        (
            (_FRAME, Words("karbon", "carbon")),
            (_GEARS, same("2 × 12")),
            (_BRAKES, Words("tarczowe hydrauliczne", "hydraulic disc")),
            (WEIGHT, same("8,3 kg")),
        ),
        Bicycle("#26323c", "#f1dfd6", bar="drop", tyre=6),
        _FRAMES,
    ),
    Product(
        "ZR-T29",
        "turnia-29",
        CATEGORY,
        Words("Turnia 29", "Turnia 29"),
        Words("Górski hardtail na korzenie i kamienie.", "A hardtail for roots and rocks."),
        Words(
            "Widelec o skoku 120 mm, szerokie opony bez dętek i długa, pewna rama. Wjeżdża bez marudzenia, zjeżdża"
            " z uśmiechem.",
            "A 120 mm fork, wide tubeless tyres and a long, steady frame. Climbs without a grumble, comes"
            " down with a"
            " smile.",
        ),
        Decimal("5490.00"),
        (
            (_FRAME, Words("aluminium", "aluminium")),
            (_GEARS, same("1 × 12")),
            (_BRAKES, Words("tarczowe, 4 tłoczki", "disc, 4 pistons")),
            (_WHEELS, same("29″")),
        ),
        Bicycle("#4d7c4a", "#e8e4d2", frame="sloping", tyre=14, knobs=True, suspension=True),
        _FRAMES,
    ),
    Product(
        "ZR-EMB",
        "bryza-e",
        CATEGORY,
        Words("Bryza E", "Bryza E"),
        Words("Elektryczny mieszczuch z zasięgiem do 90 km.", "An electric town bike with up to 90 km of range."),
        Words(
            "Silnik w osi wspomaga do 25 km/h, a bateria ładuje się przez noc ze zwykłego gniazdka. Pod"
            " górę na Morenę"
            " jedziesz jak po bulwarze.",
            "The mid motor helps up to 25 km/h and the battery charges overnight from any socket. Uphill"
            " feels like the"
            " promenade.",
        ),
        Decimal("8990.00"),
        (
            (CHARGE, Words("bateria 500 Wh", "500 Wh battery")),
            (_GEARS, Words("8 biegów w piaście", "8-speed hub")),
            (_BRAKES, Words("tarczowe hydrauliczne", "hydraulic disc")),
            (WEIGHT, same("23,8 kg")),
        ),
        Bicycle("#3d6db5", "#eee2cf", frame="step", bar="swept", mudguards=True, rack=True, battery=True, tyre=10),
        ("S", "M", "L"),
        NEW,
    ),
    Product(
        "ZR-S20",
        "skladak-fala",
        CATEGORY,
        Words("Składak Fala", "Fala folding bike"),
        Words("Składa się w 15 sekund, mieści pod biurkiem.", "Folds in 15 seconds, fits under a desk."),
        Words(
            "Do pociągu, na łódkę i do bagażnika. Dwa zatrzaski, żadnych narzędzi, a po złożeniu toczy się"
            " na małych"
            " kółkach jak walizka.",
            "For the train, the boat and the boot. Two clasps, no tools, and folded it rolls along like a suitcase.",
        ),
        Decimal("2499.00"),
        (
            (_WHEELS, same("20″")),
            (_GEARS, Words("3 biegi w piaście", "3-speed hub")),
            (WEIGHT, same("12,6 kg")),
        ),
        Bicycle(
            "#f0b429",
            "#dfe9e0",
            frame="step",
            radius=50,
            wheelbase=190,
            mudguards=True,
            post=34,
            stem=52,
            scale=1.1,
        ),
    ),
    Product(
        "ZR-K24",
        "pliszka-24",
        CATEGORY,
        Words("Pliszka 24", "Pliszka 24"),
        Words("Lekki rower dla dzieci od 125 cm wzrostu.", "A light bike for children from 125 cm."),
        Words(
            "Waży tyle, że dziecko samo wniesie go na schody. Wąska korba, małe klamki i siedem biegów"
            " obsługiwanych"
            " jednym palcem.",
            "Light enough to be carried up the stairs by its owner. Narrow cranks, small levers and seven"
            " gears under one"
            " finger.",
        ),
        Decimal("1799.00"),
        (
            (_WHEELS, same("24″")),
            (_GEARS, same("1 × 7")),
            (WEIGHT, same("9,4 kg")),
            (AGE, Words("8–12 lat", "8–12 years")),
        ),
        Bicycle("#e07a8b", "#e3e6f0", frame="sloping", radius=56, tyre=10, wheelbase=170, scale=1.2),
    ),
    Product(
        "ZR-B12",
        "piskle-12",
        CATEGORY,
        Words("Pisklę 12", "Pisklę 12"),
        Words("Rowerek biegowy na pierwszą równowagę.", "A balance bike for finding balance first."),
        Words(
            "Najpierw równowaga, potem pedały. Pompowane koła, niskie siodełko i zaokrąglone śruby – nic nie drapie"
            " kolan.",
            "Balance first, pedals later. Air-filled tyres, a low saddle and rounded bolts: nothing to scratch a knee.",
        ),
        Decimal("549.00"),
        (
            (_WHEELS, same("12″")),
            (WEIGHT, same("3,6 kg")),
            (AGE, Words("2–4 lata", "2–4 years")),
        ),
        Bicycle("#e86f3a", "#e2ebee", frame="sloping", radius=48, tyre=11, wheelbase=150, pedals=False, scale=1.3),
    ),
)
