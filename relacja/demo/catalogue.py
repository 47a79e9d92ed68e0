"""What the shop sells: 6 categories, 40 products, in Polish and English. Plain data, no table."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.utils.translation import get_language

from relacja.demo.drawings.bags import Bag
from relacja.demo.drawings.bicycles import Bicycle
from relacja.demo.drawings.clothes import Garment
from relacja.demo.drawings.helmets import Helmet
from relacja.demo.drawings.lights import Light
from relacja.demo.drawings.tyres import Tyre

CURRENCY = "PLN"


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages; as a string it speaks the language of the page."""

    pl: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.pl


class Picture(Protocol):
    def svg(self) -> str:
        """The drawing as a whole SVG document."""


@dataclass(frozen=True, slots=True, eq=False)
class Category:
    slug: str
    name: Words
    line: Words
    cover: str


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    sku: str
    slug: str
    category: Category
    name: Words
    line: Words
    text: Words
    price: Decimal
    facts: tuple[tuple[Words, Words], ...]
    picture: Picture
    sizes: tuple[str, ...] = ()
    badge: Words | None = None

    @property
    def usual_size(self) -> str:
        """The size most people take: the middle one."""
        return self.sizes[(len(self.sizes) - 1) // 2] if self.sizes else ""

    def has_size(self, size: str) -> bool:
        return size in self.sizes if self.sizes else size == ""


BICYCLES = Category(
    "rowery",
    Words("Rowery", "Bicycles"),
    Words(
        "Do miasta, w trasę i w las. Każdy składamy i regulujemy ręcznie.",
        "For town, road and forest. Built and tuned by hand.",
    ),
    "ZR-M07",
)
HELMETS = Category(
    "kaski",
    Words("Kaski", "Helmets"),
    Words("Lekkie, przewiewne, z certyfikatem EN 1078.", "Light, airy, certified to EN 1078."),
    "KS-MWA",
)
TYRES = Category(
    "opony",
    Words("Opony i dętki", "Tyres and tubes"),
    Words("Na bruk, szuter, korzenie i lód.", "For cobbles, gravel, roots and ice."),
    "OP-WYD",
)
LIGHTS = Category(
    "oswietlenie",
    Words("Oświetlenie", "Lights"),
    Words("Żeby widzieć drogę i być na niej widać.", "To see the road and to be seen on it."),
    "LT-RTR",
)
BAGS = Category(
    "torby",
    Words("Torby i sakwy", "Bags and panniers"),
    Words("Zakupy, biuro albo tydzień w drodze.", "Groceries, the office or a week on the road."),
    "TB-KSZ",
)
CLOTHES = Category(
    "odziez",
    Words("Odzież", "Clothing"),
    Words("Na upał, wiatr i nadmorski deszcz.", "For heat, wind and seaside rain."),
    "OD-KOS",
)
CATEGORIES = (BICYCLES, HELMETS, TYRES, LIGHTS, BAGS, CLOTHES)

_NEW = Words("Nowość", "New")
_LOVED = Words("Ulubiony", "Favourite")

_WEIGHT = Words("Waga", "Weight")
_FRAME = Words("Rama", "Frame")
_GEARS = Words("Napęd", "Gears")
_BRAKES = Words("Hamulce", "Brakes")
_WHEELS = Words("Koła", "Wheels")
_MATERIAL = Words("Materiał", "Material")
_WIDTH = Words("Szerokość", "Width")
_PRESSURE = Words("Ciśnienie", "Pressure")
_POWER = Words("Moc", "Output")
_TIME = Words("Czas pracy", "Runtime")
_CHARGE = Words("Zasilanie", "Power")
_VOLUME = Words("Pojemność", "Volume")
_MOUNT = Words("Mocowanie", "Mount")
_CARE = Words("Pielęgnacja", "Care")
_SAFETY = Words("Norma", "Standard")
_AGE = Words("Wiek", "Age")
_FRAMES = ("S", "M", "L", "XL")
_HEADS = ("52–56 cm", "56–60 cm", "60–63 cm")
_CLOTHING = ("XS", "S", "M", "L", "XL", "XXL")


def _same(text: str) -> Words:
    """A text of numbers and codes: only the decimal mark differs."""
    return Words(text, re.sub(r"(\d),(\d)", r"\1.\2", text))


def _bicycles() -> list[Product]:
    return [
        Product(
            "ZR-M07",
            "motlawa-7",
            BICYCLES,
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
                (_WEIGHT, _same("17,2 kg")),
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
            _LOVED,
        ),
        Product(
            "ZR-N09",
            "nogat-9",
            BICYCLES,
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
                (_GEARS, _same("1 × 9")),
                (_BRAKES, Words("tarczowe hydrauliczne", "hydraulic disc")),
                (_WEIGHT, _same("15,4 kg")),
            ),
            Bicycle("#c8452f", "#dfe7e4", mudguards=True, rack=True),
            _FRAMES,
        ),
        Product(
            "ZR-W42",
            "wydma-42",
            BICYCLES,
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
                (_GEARS, _same("1 × 12")),
                (_BRAKES, Words("tarczowe hydrauliczne", "hydraulic disc")),
                (_WEIGHT, _same("10,1 kg")),
            ),
            Bicycle("#d9a13b", "#dbe6ec", bar="drop", tyre=11, wall="#c59a62"),
            _FRAMES,
            _LOVED,
        ),
        Product(
            "ZR-H28",
            "hel-28",
            BICYCLES,
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
                (_GEARS, _same("2 × 12")),
                (_BRAKES, Words("tarczowe hydrauliczne", "hydraulic disc")),
                (_WEIGHT, _same("8,3 kg")),
            ),
            Bicycle("#26323c", "#f1dfd6", bar="drop", tyre=6),
            _FRAMES,
        ),
        Product(
            "ZR-T29",
            "turnia-29",
            BICYCLES,
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
                (_GEARS, _same("1 × 12")),
                (_BRAKES, Words("tarczowe, 4 tłoczki", "disc, 4 pistons")),
                (_WHEELS, _same("29″")),
            ),
            Bicycle("#4d7c4a", "#e8e4d2", frame="sloping", tyre=14, knobs=True, suspension=True),
            _FRAMES,
        ),
        Product(
            "ZR-EMB",
            "bryza-e",
            BICYCLES,
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
                (_CHARGE, Words("bateria 500 Wh", "500 Wh battery")),
                (_GEARS, Words("8 biegów w piaście", "8-speed hub")),
                (_BRAKES, Words("tarczowe hydrauliczne", "hydraulic disc")),
                (_WEIGHT, _same("23,8 kg")),
            ),
            Bicycle("#3d6db5", "#eee2cf", frame="step", bar="swept", mudguards=True, rack=True, battery=True, tyre=10),
            ("S", "M", "L"),
            _NEW,
        ),
        Product(
            "ZR-S20",
            "skladak-fala",
            BICYCLES,
            Words("Składak Fala", "Fala folding bike"),
            Words("Składa się w 15 sekund, mieści pod biurkiem.", "Folds in 15 seconds, fits under a desk."),
            Words(
                "Do pociągu, na łódkę i do bagażnika. Dwa zatrzaski, żadnych narzędzi, a po złożeniu toczy się"
                " na małych"
                " kółkach jak walizka.",
                "For the train, the boat and the boot. Two clasps, no tools, and folded it rolls along like a"
                " suitcase.",
            ),
            Decimal("2499.00"),
            (
                (_WHEELS, _same("20″")),
                (_GEARS, Words("3 biegi w piaście", "3-speed hub")),
                (_WEIGHT, _same("12,6 kg")),
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
            BICYCLES,
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
                (_WHEELS, _same("24″")),
                (_GEARS, _same("1 × 7")),
                (_WEIGHT, _same("9,4 kg")),
                (_AGE, Words("8–12 lat", "8–12 years")),
            ),
            Bicycle("#e07a8b", "#e3e6f0", frame="sloping", radius=56, tyre=10, wheelbase=170, scale=1.2),
        ),
        Product(
            "ZR-B12",
            "piskle-12",
            BICYCLES,
            Words("Pisklę 12", "Pisklę 12"),
            Words("Rowerek biegowy na pierwszą równowagę.", "A balance bike for finding balance first."),
            Words(
                "Najpierw równowaga, potem pedały. Pompowane koła, niskie siodełko i zaokrąglone śruby – nic nie drapie"
                " kolan.",
                "Balance first, pedals later. Air-filled tyres, a low saddle and rounded bolts: nothing to"
                " scratch a knee.",
            ),
            Decimal("549.00"),
            (
                (_WHEELS, _same("12″")),
                (_WEIGHT, _same("3,6 kg")),
                (_AGE, Words("2–4 lata", "2–4 years")),
            ),
            Bicycle("#e86f3a", "#e2ebee", frame="sloping", radius=48, tyre=11, wheelbase=150, pedals=False, scale=1.3),
        ),
    ]


def _helmets() -> list[Product]:
    standard = (_SAFETY, _same("EN 1078"))
    return [
        Product(
            "KS-MWA",
            "mewa",
            HELMETS,
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
            ((_WEIGHT, _same("235 g")), standard, (_MATERIAL, Words("pianka EPS w skorupie PC", "EPS in a PC shell"))),
            Helmet("#d8432e", "#e7e9e4", "road"),
            _HEADS,
            _LOVED,
        ),
        Product(
            "KS-KAM",
            "kamienica",
            HELMETS,
            Words("Kask Kamienica", "Kamienica helmet"),
            Words("Miejski, gładki, z daszkiem od deszczu.", "Smooth and urban, with a peak against the rain."),
            Words(
                "Wygląda jak czapka, chroni jak kask. Miękki daszek zdejmiesz do prania, a z tyłu czeka"
                " miejsce na lampkę.",
                "Looks like a cap, protects like a helmet. The soft peak comes off for washing and there is"
                " room for a light at"
                " the back.",
            ),
            Decimal("279.00"),
            ((_WEIGHT, _same("340 g")), standard),
            Helmet("#6f8f7a", "#efe6d6", "urban"),
            _HEADS,
        ),
        Product(
            "KS-GRN",
            "gran",
            HELMETS,
            Words("Kask Grań", "Grań helmet"),
            Words(
                "Na szlak: głęboki tył i ruchomy daszek.", "For the trail: deep at the back, with an adjustable visor."
            ),
            Words(
                "Osłania potylicę, mieści gogle pod daszkiem i ma warstwę, która przy upadku pod kątem"
                " przesuwa się zamiast"
                " głowy.",
                "Covers the back of the head, parks goggles under the visor and has a layer that slides, so"
                " that your head does"
                " not, when you fall at an angle.",
            ),
            Decimal("459.00"),
            ((_WEIGHT, _same("365 g")), standard),
            Helmet("#d9a13b", "#dfe8ec", "trail"),
            _HEADS,
        ),
        Product(
            "KS-DZC",
            "dzieciol",
            HELMETS,
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
            ((_WEIGHT, _same("260 g")), standard, (_AGE, Words("3–8 lat", "3–8 years"))),
            Helmet("#5aa0b8", "#f3e2d8", "child", "#d8432e"),
            ("46–50 cm", "50–54 cm"),
        ),
        Product(
            "KS-URW",
            "urwisko",
            HELMETS,
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
            ((_WEIGHT, _same("760 g")), (_SAFETY, _same("EN 1078, ASTM F1952"))),
            Helmet("#2f3f52", "#e4e0ee", "full"),
            _HEADS,
        ),
        Product(
            "KS-SZK",
            "szkwal",
            HELMETS,
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
            ((_WEIGHT, _same("310 g")), standard),
            Helmet("#f4efe4", "#cfdcdf", "aero"),
            _HEADS,
            _NEW,
        ),
    ]


def _tyres() -> list[Product]:
    return [
        Product(
            "OP-MOL",
            "molo",
            TYRES,
            Words("Opona Molo 35", "Molo 35 tyre"),
            Words(
                "Miejska, z wkładką i odblaskowym paskiem.", "For town, with a puncture belt and a reflective stripe."
            ),
            Words(
                "Trzymilimetrowa wkładka zatrzymuje szkło z sobotniej nocy, a pasek świeci w reflektorach z boku.",
                "A three-millimetre belt stops Saturday night's glass and the stripe lights up from the side.",
            ),
            Decimal("119.00"),
            ((_WIDTH, _same("35–622")), (_PRESSURE, _same("3,5–5 bar")), (_WEIGHT, _same("720 g"))),
            Tyre("MOLO 35–622", "#e7e0cf", "stripe"),
        ),
        Product(
            "OP-WYD",
            "opona-wydma",
            TYRES,
            Words("Opona Wydma 42", "Wydma 42 tyre"),
            Words("Gravelowa, z beżowym bokiem, gotowa na mleko.", "Gravel, tan wall, tubeless ready."),
            Words(
                "Drobny bieżnik szybko toczy się środkiem, a klocki na ramionach trzymają w zakręcie.",
                "A fine centre rolls fast and the shoulder knobs hold in the bend.",
            ),
            Decimal("199.00"),
            ((_WIDTH, _same("42–622")), (_PRESSURE, _same("2–4 bar")), (_WEIGHT, _same("480 g"))),
            Tyre("WYDMA 42–622", "#dbe6ec", "fine", wall="#c59a62", accent="#3b2a20"),
            (),
            _LOVED,
        ),
        Product(
            "OP-TUR",
            "opona-turnia",
            TYRES,
            Words("Opona Turnia 2,3", "Turnia 2.3 tyre"),
            Words("Górska, z miękką mieszanką na mokre korzenie.", "Mountain, a soft compound for wet roots."),
            Words(
                "Rozstawione klocki same zrzucają błoto, a wzmocniony bok wytrzymuje spotkania z kamieniami.",
                "Widely spaced knobs shed the mud and the reinforced wall survives meeting rocks.",
            ),
            Decimal("229.00"),
            ((_WIDTH, _same("29 × 2,3″")), (_PRESSURE, _same("1,6–2,8 bar")), (_WEIGHT, _same("890 g"))),
            Tyre("TURNIA 29×2,3", "#e8e4d2", "knobs", thick=40),
        ),
        Product(
            "OP-ASF",
            "asfalt",
            TYRES,
            Words("Opona Asfalt 28", "Asfalt 28 tyre"),
            Words("Szosowa, gładka i zaskakująco trwała.", "Road, smooth and surprisingly durable."),
            Words(
                "Bawełniany oplot toczy się miękko, a mieszanka trzyma na mokrym. Średnio 5000 kilometrów do wymiany.",
                "A cotton casing rolls softly and the compound holds in the wet. 5,000 kilometres on average.",
            ),
            Decimal("179.00"),
            ((_WIDTH, _same("28–622")), (_PRESSURE, _same("5–7 bar")), (_WEIGHT, _same("270 g"))),
            Tyre("ASFALT 28–622", "#f1dfd6", "slick", thick=22),
        ),
        Product(
            "OP-ZAM",
            "zamiec",
            TYRES,
            Words("Opona Zamieć 42", "Zamieć 42 winter tyre"),
            Words("Zimowa, 240 kolców na oblodzone ścieżki.", "Winter: 240 studs for icy paths."),
            Words(
                "Kolce ze stali węglikowej trzymają na szklance i śpiewają na asfalcie. Zakładasz w"
                " listopadzie, zdejmujesz"
                " w marcu.",
                "Carbide studs hold on glare ice and sing on tarmac. On in November, off in March.",
            ),
            Decimal("259.00"),
            ((_WIDTH, _same("42–622")), (_PRESSURE, _same("2–4,5 bar")), (_WEIGHT, _same("940 g"))),
            Tyre("ZAMIEĆ 42–622", "#dfe8ee", "studs", thick=34),
        ),
        Product(
            "OP-DTK",
            "detka-28",
            TYRES,
            Words("Dętka 28″", "28″ inner tube"),
            Words("Butyl, wentyl 48 mm, zawsze pod ręką.", "Butyl, 48 mm valve, always at hand."),
            Words(
                "Trzyma ciśnienie tygodniami. W pudełku łatka i para rękawiczek, bo dętki pękają zawsze w"
                " białej koszuli.",
                "Holds its pressure for weeks. The box has a patch and gloves, as tubes always burst on"
                " white-shirt days.",
            ),
            Decimal("34.90"),
            ((_WIDTH, _same("28–47 mm")), (Words("Wentyl", "Valve"), _same("Presta 48 mm"))),
            Tyre("DĘTKA 28", "#e3e6f0", "tube", accent="#2f6f73"),
        ),
    ]


def _lights() -> list[Product]:
    usb = (_CHARGE, _same("USB-C"))
    return [
        Product(
            "LT-LAT",
            "latarnik",
            LIGHTS,
            Words("Lampa Latarnik 900", "Latarnik 900 front light"),
            Words("900 lumenów i odcięcie, które nie oślepia.", "900 lumens and a cut-off that dazzles nobody."),
            Words(
                "Szeroka plama światła z wyraźną górną krawędzią, zgodna z przepisami. Przycisk pokazuje, ile"
                " godzin zostało.",
                "A wide beam with a clear upper edge, as the law asks. The button shows how many hours are left.",
            ),
            Decimal("329.00"),
            ((_POWER, _same("900 lm")), (_TIME, _same("3–28 h")), usb),
            Light("#dbe3ea", "torch"),
            (),
            _LOVED,
        ),
        Product(
            "LT-RUB",
            "rubin",
            LIGHTS,
            Words("Lampka Rubin", "Rubin rear light"),
            Words("Tylna, z czujnikiem hamowania.", "Rear light that knows when you brake."),
            Words(
                "Czujnik wyczuwa hamowanie i na sekundę rozjaśnia światło. Pasek z gumy obejmie każdą sztycę.",
                "A sensor feels you brake and brightens for a second. The rubber strap fits any seat post.",
            ),
            Decimal("129.00"),
            ((_POWER, _same("60 lm")), (_TIME, _same("12–60 h")), usb),
            Light("#eadfe0", "tail"),
        ),
        Product(
            "LT-PAR",
            "para",
            LIGHTS,
            Words("Zestaw Para", "Para light set"),
            Words("Przód i tył na gumkach, do każdego roweru.", "Front and rear on rubber straps, for any bike."),
            Words(
                "Zakładasz w dwie sekundy, zdejmujesz w jedną. Jeden kabel ładuje oba światła naraz.",
                "On in two seconds, off in one. A single cable charges both.",
            ),
            Decimal("99.00"),
            ((_POWER, _same("100 / 30 lm")), (_TIME, _same("6–30 h")), usb),
            Light("#e3e6f0", "pair", "#2f6f73"),
        ),
        Product(
            "LT-RTR",
            "bosman",
            LIGHTS,
            Words("Lampa Bosman", "Bosman dynamo light"),
            Words("Chromowana lampa na dynamo, jak z lat 60.", "A chromed dynamo light straight from the sixties."),
            Words(
                "Z zewnątrz lampa dziadka, w środku dioda i podtrzymanie, które świeci jeszcze cztery minuty"
                " na światłach.",
                "Grandpa's lamp outside, a diode inside, and a stand light that stays on for four minutes at"
                " the crossing.",
            ),
            Decimal("189.00"),
            (
                (_POWER, _same("40 lx")),
                (_CHARGE, Words("dynamo w piaście", "hub dynamo")),
                (_MATERIAL, Words("stal chromowana", "chromed steel")),
            ),
            Light("#efe3cf", "retro", "#c9cfd2"),
        ),
        Product(
            "LT-CZO",
            "czolowka",
            LIGHTS,
            Words("Lampa Czołówka 500", "Czołówka 500 helmet light"),
            Words("Na kask: świeci tam, gdzie patrzysz.", "For the helmet: it shines where you look."),
            Words(
                "Waży 95 gramów i nie ściąga kasku na oczy. W lesie para z lampą na kierownicy daje pełen obraz.",
                "At 95 grams it does not pull the helmet over your eyes. With a handlebar light it shows the"
                " whole forest.",
            ),
            Decimal("219.00"),
            ((_POWER, _same("500 lm")), (_TIME, _same("2–18 h")), (_WEIGHT, _same("95 g")), usb),
            Light("#dfe7e4", "helmet"),
        ),
        Product(
            "LT-SZP",
            "swietlik",
            LIGHTS,
            Words("Światełka Świetlik", "Świetlik spoke lights"),
            Words("Dwanaście pałeczek na szprychy.", "Twelve glowing sticks for the spokes."),
            Words(
                "Koło zmienia się w świecącą tarczę, którą widać z boku ze stu metrów. Dzieci proszą o dokładkę.",
                "The wheel turns into a glowing disc seen from a hundred metres away. Children ask for more.",
            ),
            Decimal("59.90"),
            ((_TIME, _same("40 h")), (_CHARGE, _same("CR2032"))),
            Light("#d7dbe8", "wheel", "#2fb8a8"),
            (),
            _NEW,
        ),
    ]


def _bags() -> list[Product]:
    return [
        Product(
            "TB-SKW",
            "sakwa-zulawy",
            BAGS,
            Words("Sakwa Żuławy 20", "Żuławy 20 pannier"),
            Words("Wodoodporna, zwijana, na klik.", "Waterproof, roll-top, one click to mount."),
            Words(
                "Zgrzewane szwy trzymają deszcz na zewnątrz, a haki zatrzaskują się na rurkach od 8 do 16 mm."
                " Wchodzi laptop"
                " i zakupy na dwa dni.",
                "Welded seams keep the rain out and the hooks snap on tubes from 8 to 16 mm. Takes a laptop"
                " and two days of"
                " groceries.",
            ),
            Decimal("289.00"),
            (
                (_VOLUME, _same("20 l")),
                (_MATERIAL, Words("plandeka bez PVC", "PVC-free tarpaulin")),
                (_WEIGHT, _same("890 g")),
            ),
            Bag("#d9a13b", "#dbe6ec", "pannier"),
            (),
            _LOVED,
        ),
        Product(
            "TB-KIE",
            "torba-szlak",
            BAGS,
            Words("Torba Szlak 14", "Szlak 14 handlebar bag"),
            Words("Wałek na kierownicę, na śpiwór i kurtkę.", "A handlebar roll for the sleeping bag and jacket."),
            Words(
                "Otwiera się z obu stron, więc nie trzeba wyciągać wszystkiego, żeby znaleźć czołówkę.",
                "Opens at both ends, so finding the head torch does not mean unpacking everything.",
            ),
            Decimal("239.00"),
            ((_VOLUME, _same("14 l")), (_MOUNT, Words("3 paski", "3 straps")), (_WEIGHT, _same("410 g"))),
            Bag("#4d7c4a", "#efe3cf", "bar"),
        ),
        Product(
            "TB-RAM",
            "torba-trojkat",
            BAGS,
            Words("Torba Trójkąt", "Trójkąt frame bag"),
            Words("Wypełnia ramę, nie dotyka kolan.", "Fills the frame, never touches your knees."),
            Words(
                "Ciężkie rzeczy jadą nisko: narzędzia, bukłak i kanapki. Przelotka na kabel i kieszeń na mapę.",
                "Heavy things ride low: tools, water and sandwiches. A port for a cable and a pocket for the map.",
            ),
            Decimal("199.00"),
            ((_VOLUME, _same("4,5 l")), (_MOUNT, Words("5 rzepów", "5 straps")), (_WEIGHT, _same("230 g"))),
            Bag("#2b3a45", "#e7e0cf", "frame"),
            ("S", "M", "L"),
        ),
        Product(
            "TB-POD",
            "torba-ogon",
            BAGS,
            Words("Torba Ogon 9", "Ogon 9 seat bag"),
            Words("Podsiodłowa ze skóry i płótna.", "A saddle bag of leather and canvas."),
            Words(
                "Woskowane płótno, skórzane paski i mosiężne oczka. Z wiekiem tylko ładniejsza.",
                "Waxed canvas, leather straps and brass eyelets. It only gets better with age.",
            ),
            Decimal("319.00"),
            (
                (_VOLUME, _same("9 l")),
                (_MATERIAL, Words("płótno woskowane, skóra", "waxed canvas, leather")),
                (_WEIGHT, _same("640 g")),
            ),
            Bag("#7a4a2a", "#dfe7e4", "seat", "#3b2a20"),
        ),
        Product(
            "TB-PLC",
            "plecak-kurier",
            BAGS,
            Words("Plecak Kurier 22", "Kurier 22 backpack"),
            Words("Zwijany, z pasem odblasków i suchym środkiem.", "Roll-top, reflective strip, dry inside."),
            Words(
                "Przegroda na laptop 15 cali, szeroki pas piersiowy i plecy z kanałem, żeby koszula dojechała sucha.",
                "A 15-inch laptop sleeve, a wide chest strap and a vented back, so that your shirt arrives dry.",
            ),
            Decimal("349.00"),
            ((_VOLUME, _same("22 l")), (_WEIGHT, _same("980 g"))),
            Bag("#c8452f", "#e3e6f0", "backpack"),
        ),
        Product(
            "TB-KSZ",
            "koszyk-targ",
            BAGS,
            Words("Koszyk Targ", "Targ wicker basket"),
            Words("Wiklinowy, pleciony w Rudniku nad Sanem.", "Wicker, woven in Rudnik nad Sanem."),
            Words(
                "Każdy jest trochę inny, bo wyplata go człowiek. Skórzane paski i metalowa podpórka w zestawie.",
                "Each is a little different, as a person wove it. Leather straps and a metal support included.",
            ),
            Decimal("159.00"),
            ((_VOLUME, _same("18 l")), (_MATERIAL, Words("wiklina", "willow"))),
            Bag("#c99a5b", "#dfe9e0", "basket", "#7a4a2a"),
        ),
    ]


def _clothes() -> list[Product]:
    wash = (_CARE, Words("pranie w 30 °C", "wash at 30 °C"))
    return [
        Product(
            "OD-KOS",
            "koszulka-sopot",
            CLOTHES,
            Words("Koszulka Sopot", "Sopot jersey"),
            Words("Oddycha, schnie w godzinę, trzy kieszenie.", "Breathes, dries within an hour, three pockets."),
            Words(
                "Włókno z odzysku, pełny zamek i taśma, która trzyma dół na miejscu. Kieszenie mieszczą banana, telefon"
                " i bilet powrotny.",
                "Recycled yarn, a full zip and a gripper hem. The pockets take a banana, a phone and the"
                " return ticket.",
            ),
            Decimal("219.00"),
            ((_MATERIAL, Words("poliester z odzysku", "recycled polyester")), wash),
            Garment("#2f6f73", "#f1e3d3", "jersey"),
            _CLOTHING,
            _LOVED,
        ),
        Product(
            "OD-KUR",
            "kurtka-sztorm",
            CLOTHES,
            Words("Kurtka Sztorm", "Sztorm rain jacket"),
            Words("Nieprzemakalna, z kapturem na kask.", "Waterproof, with a hood that fits over the helmet."),
            Words(
                "Membrana 15 000 mm, podklejone szwy i wydłużony tył. Zwija się do własnej kieszeni.",
                "A 15,000 mm membrane, taped seams and a long tail. Packs into its own pocket.",
            ),
            Decimal("499.00"),
            ((_MATERIAL, Words("membrana 2,5 warstwy", "2.5-layer membrane")), (_WEIGHT, _same("310 g")), wash),
            Garment("#f0b429", "#dbe6ec", "jacket"),
            _CLOTHING,
        ),
        Product(
            "OD-SPO",
            "spodenki-etap",
            CLOTHES,
            Words("Spodenki Etap", "Etap bib shorts"),
            Words("Na szelkach, z wkładką na osiem godzin.", "Bib shorts with a pad for eight hours."),
            Words(
                "Płaskie szwy, siateczkowe plecy i wkładka o trzech gęstościach. Szelki nie wpijają się w ramiona.",
                "Flat seams, a mesh back and a three-density pad. The straps never cut into your shoulders.",
            ),
            Decimal("329.00"),
            ((_MATERIAL, Words("lycra, siateczka", "lycra, mesh")), wash),
            Garment("#26323c", "#efdfd8", "shorts", "#d8432e"),
            _CLOTHING,
        ),
        Product(
            "OD-REK",
            "rekawiczki-ster",
            CLOTHES,
            Words("Rękawiczki Ster", "Ster gloves"),
            Words("Cienkie, obsługują telefon.", "Thin, and they work on a phone."),
            Words(
                "Dłoń z zamszu, wierzch z przewiewnej dzianiny, a na kciuku frotté – wiadomo do czego.",
                "A suede palm, an airy back and terry on the thumb, you know what for.",
            ),
            Decimal("89.00"),
            ((_MATERIAL, Words("zamsz syntetyczny", "synthetic suede")), wash),
            Garment("#c8452f", "#e3e6f0", "gloves"),
            ("S", "M", "L", "XL"),
        ),
        Product(
            "OD-SKA",
            "skarpety-bruk",
            CLOTHES,
            Words("Skarpety Bruk", "Bruk socks"),
            Words("Wełna merino, dobre na każdą pogodę.", "Merino wool for every weather."),
            Words(
                "Grzeją, kiedy mokro, chłodzą, kiedy gorąco, i nie pachną po dwóch dniach w sakwie.",
                "Warm when wet, cool when hot, and fresh after two days in a pannier.",
            ),
            Decimal("49.90"),
            ((_MATERIAL, Words("67% merino", "67% merino")), wash),
            Garment("#e9dfc9", "#cfdcd6", "socks", "#d8432e"),
            ("36–39", "40–43", "44–47"),
        ),
        Product(
            "OD-CZA",
            "czapka-peleton",
            CLOTHES,
            Words("Czapka Peleton", "Peleton cap"),
            Words("Kolarska, bawełniana, pod kask i do kawy.", "A cotton cycling cap for helmet and coffee."),
            Words(
                "Daszek podnosisz na zdjęciu, opuszczasz w deszczu. Szyta w Gdańsku z resztek tkanin.",
                "Peak up for the photo, down for the rain. Sewn in Gdańsk from fabric ends.",
            ),
            Decimal("69.00"),
            ((_MATERIAL, Words("bawełna", "cotton")), wash),
            Garment("#2f4f6f", "#efe3cf", "cap"),
            (),
            _NEW,
        ),
        Product(
            "OD-KAM",
            "kamizelka-blask",
            CLOTHES,
            Words("Kamizelka Blask", "Blask reflective vest"),
            Words("Odblaskowa, widoczna ze 150 metrów.", "Reflective, seen from 150 metres."),
            Words(
                "Lekka siatka na wierzch kurtki. Dwa pasy dookoła, szelki z odblasku i kieszeń na klucze.",
                "A light mesh over the jacket. Two bands around, reflective braces and a key pocket.",
            ),
            Decimal("79.00"),
            ((_SAFETY, _same("EN ISO 20471")), wash),
            Garment("#d6e23a", "#d9dfe6", "vest"),
            ("S/M", "L/XL"),
        ),
    ]


PRODUCTS = (*_bicycles(), *_helmets(), *_tyres(), *_lights(), *_bags(), *_clothes())
BY_SKU = {product.sku: product for product in PRODUCTS}
FEATURED = tuple(
    BY_SKU[sku] for sku in ("ZR-W42", "KS-MWA", "TB-SKW", "LT-LAT", "ZR-EMB", "OD-KOS", "OP-WYD", "LT-SZP")
)


def category(slug: str) -> Category | None:
    return next((category for category in CATEGORIES if category.slug == slug), None)


def product(slug: str) -> Product | None:
    return next((product for product in PRODUCTS if product.slug == slug), None)


def in_category(category: Category) -> list[Product]:
    return [product for product in PRODUCTS if product.category == category]
