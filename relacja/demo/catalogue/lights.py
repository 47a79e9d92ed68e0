"""Lights."""

from decimal import Decimal

from relacja.demo.catalogue.goods import CHARGE, LOVED, MATERIAL, NEW, WEIGHT, Category, Product, Words, same
from relacja.demo.drawings.lights import Light

CATEGORY = Category(
    "oswietlenie",
    Words("Oświetlenie", "Lights"),
    Words("Żeby widzieć drogę i być na niej widać.", "To see the road and to be seen on it."),
    "LT-RTR",
)

_POWER = Words("Moc", "Output")
_TIME = Words("Czas pracy", "Runtime")
_USB = (CHARGE, same("USB-C"))

PRODUCTS = (
    Product(
        "LT-LAT",
        "latarnik",
        CATEGORY,
        Words("Lampa Latarnik 900", "Latarnik 900 front light"),
        Words("900 lumenów i odcięcie, które nie oślepia.", "900 lumens and a cut-off that dazzles nobody."),
        Words(
            "Szeroka plama światła z wyraźną górną krawędzią, zgodna z przepisami. Przycisk pokazuje, ile"
            " godzin zostało.",
            "A wide beam with a clear upper edge, as the law asks. The button shows how many hours are left.",
        ),
        Decimal("329.00"),
        ((_POWER, same("900 lm")), (_TIME, same("3–28 h")), _USB),
        Light("#dbe3ea", "torch"),
        (),
        LOVED,
    ),
    Product(
        "LT-RUB",
        "rubin",
        CATEGORY,
        Words("Lampka Rubin", "Rubin rear light"),
        Words("Tylna, z czujnikiem hamowania.", "Rear light that knows when you brake."),
        Words(
            "Czujnik wyczuwa hamowanie i na sekundę rozjaśnia światło. Pasek z gumy obejmie każdą sztycę.",
            "A sensor feels you brake and brightens for a second. The rubber strap fits any seat post.",
        ),
        Decimal("129.00"),
        ((_POWER, same("60 lm")), (_TIME, same("12–60 h")), _USB),
        Light("#eadfe0", "tail"),
    ),
    Product(
        "LT-PAR",
        "para",
        CATEGORY,
        Words("Zestaw Para", "Para light set"),
        Words("Przód i tył na gumkach, do każdego roweru.", "Front and rear on rubber straps, for any bike."),
        Words(
            "Zakładasz w dwie sekundy, zdejmujesz w jedną. Jeden kabel ładuje oba światła naraz.",
            "On in two seconds, off in one. A single cable charges both.",
        ),
        Decimal("99.00"),
        ((_POWER, same("100 / 30 lm")), (_TIME, same("6–30 h")), _USB),
        Light("#e3e6f0", "pair", "#2f6f73"),
    ),
    Product(
        "LT-RTR",
        "bosman",
        CATEGORY,
        Words("Lampa Bosman", "Bosman dynamo light"),
        Words("Chromowana lampa na dynamo, jak z lat 60.", "A chromed dynamo light straight from the sixties."),
        Words(
            "Z zewnątrz lampa dziadka, w środku dioda i podtrzymanie, które świeci jeszcze cztery minuty na światłach.",
            "Grandpa's lamp outside, a diode inside, and a stand light that stays on for four minutes at the crossing.",
        ),
        Decimal("189.00"),
        (
            (_POWER, same("40 lx")),
            (CHARGE, Words("dynamo w piaście", "hub dynamo")),
            (MATERIAL, Words("stal chromowana", "chromed steel")),
        ),
        Light("#efe3cf", "retro", "#c9cfd2"),
    ),
    Product(
        "LT-CZO",
        "czolowka",
        CATEGORY,
        Words("Lampa Czołówka 500", "Czołówka 500 helmet light"),
        Words("Na kask: świeci tam, gdzie patrzysz.", "For the helmet: it shines where you look."),
        Words(
            "Waży 95 gramów i nie ściąga kasku na oczy. W lesie para z lampą na kierownicy daje pełen obraz.",
            "At 95 grams it does not pull the helmet over your eyes. With a handlebar light it shows the whole forest.",
        ),
        Decimal("219.00"),
        ((_POWER, same("500 lm")), (_TIME, same("2–18 h")), (WEIGHT, same("95 g")), _USB),
        Light("#dfe7e4", "helmet"),
    ),
    Product(
        "LT-SZP",
        "swietlik",
        CATEGORY,
        Words("Światełka Świetlik", "Świetlik spoke lights"),
        Words("Dwanaście pałeczek na szprychy.", "Twelve glowing sticks for the spokes."),
        Words(
            "Koło zmienia się w świecącą tarczę, którą widać z boku ze stu metrów. Dzieci proszą o dokładkę.",
            "The wheel turns into a glowing disc seen from a hundred metres away. Children ask for more.",
        ),
        Decimal("59.90"),
        ((_TIME, same("40 h")), (CHARGE, same("CR2032"))),
        Light("#d7dbe8", "wheel", "#2fb8a8"),
        (),
        NEW,
    ),
)
