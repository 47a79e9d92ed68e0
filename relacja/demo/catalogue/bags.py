"""Bags and panniers."""

from decimal import Decimal

from relacja.demo.catalogue.goods import LOVED, MATERIAL, WEIGHT, Category, Product, Words, same
from relacja.demo.drawings.bags import Bag

CATEGORY = Category(
    "torby",
    Words("Torby i sakwy", "Bags and panniers"),
    Words("Zakupy, biuro albo tydzień w drodze.", "Groceries, the office or a week on the road."),
    "TB-KSZ",
)

_VOLUME = Words("Pojemność", "Volume")
_MOUNT = Words("Mocowanie", "Mount")

PRODUCTS = (
    Product(
        "TB-SKW",
        "sakwa-zulawy",
        CATEGORY,
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
            (_VOLUME, same("20 l")),
            (MATERIAL, Words("plandeka bez PVC", "PVC-free tarpaulin")),
            (WEIGHT, same("890 g")),
        ),
        Bag("#d9a13b", "#dbe6ec", "pannier"),
        (),
        LOVED,
    ),
    Product(
        "TB-KIE",
        "torba-szlak",
        CATEGORY,
        Words("Torba Szlak 14", "Szlak 14 handlebar bag"),
        Words("Wałek na kierownicę, na śpiwór i kurtkę.", "A handlebar roll for the sleeping bag and jacket."),
        Words(
            "Otwiera się z obu stron, więc nie trzeba wyciągać wszystkiego, żeby znaleźć czołówkę.",
            "Opens at both ends, so finding the head torch does not mean unpacking everything.",
        ),
        Decimal("239.00"),
        ((_VOLUME, same("14 l")), (_MOUNT, Words("3 paski", "3 straps")), (WEIGHT, same("410 g"))),
        Bag("#4d7c4a", "#efe3cf", "bar"),
    ),
    Product(
        "TB-RAM",
        "torba-trojkat",
        CATEGORY,
        Words("Torba Trójkąt", "Trójkąt frame bag"),
        Words("Wypełnia ramę, nie dotyka kolan.", "Fills the frame, never touches your knees."),
        Words(
            "Ciężkie rzeczy jadą nisko: narzędzia, bukłak i kanapki. Przelotka na kabel i kieszeń na mapę.",
            "Heavy things ride low: tools, water and sandwiches. A port for a cable and a pocket for the map.",
        ),
        Decimal("199.00"),
        ((_VOLUME, same("4,5 l")), (_MOUNT, Words("5 rzepów", "5 straps")), (WEIGHT, same("230 g"))),
        Bag("#2b3a45", "#e7e0cf", "frame"),
        ("S", "M", "L"),
    ),
    Product(
        "TB-POD",
        "torba-ogon",
        CATEGORY,
        Words("Torba Ogon 9", "Ogon 9 seat bag"),
        Words("Podsiodłowa ze skóry i płótna.", "A saddle bag of leather and canvas."),
        Words(
            "Woskowane płótno, skórzane paski i mosiężne oczka. Z wiekiem tylko ładniejsza.",
            "Waxed canvas, leather straps and brass eyelets. It only gets better with age.",
        ),
        Decimal("319.00"),
        (
            (_VOLUME, same("9 l")),
            (MATERIAL, Words("płótno woskowane, skóra", "waxed canvas, leather")),
            (WEIGHT, same("640 g")),
        ),
        Bag("#7a4a2a", "#dfe7e4", "seat", "#3b2a20"),
    ),
    Product(
        "TB-PLC",
        "plecak-kurier",
        CATEGORY,
        Words("Plecak Kurier 22", "Kurier 22 backpack"),
        Words("Zwijany, z pasem odblasków i suchym środkiem.", "Roll-top, reflective strip, dry inside."),
        Words(
            "Przegroda na laptop 15 cali, szeroki pas piersiowy i plecy z kanałem, żeby koszula dojechała sucha.",
            "A 15-inch laptop sleeve, a wide chest strap and a vented back, so that your shirt arrives dry.",
        ),
        Decimal("349.00"),
        ((_VOLUME, same("22 l")), (WEIGHT, same("980 g"))),
        Bag("#c8452f", "#e3e6f0", "backpack"),
    ),
    Product(
        "TB-KSZ",
        "koszyk-targ",
        CATEGORY,
        Words("Koszyk Targ", "Targ wicker basket"),
        Words("Wiklinowy, pleciony w Rudniku nad Sanem.", "Wicker, woven in Rudnik nad Sanem."),
        Words(
            "Każdy jest trochę inny, bo wyplata go człowiek. Skórzane paski i metalowa podpórka w zestawie.",
            "Each is a little different, as a person wove it. Leather straps and a metal support included.",
        ),
        Decimal("159.00"),
        ((_VOLUME, same("18 l")), (MATERIAL, Words("wiklina", "willow"))),
        Bag("#c99a5b", "#dfe9e0", "basket", "#7a4a2a"),
    ),
)
