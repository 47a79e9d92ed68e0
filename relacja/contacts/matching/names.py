"""First names and what people make of them; last names as they sound."""

import re
from functools import lru_cache

from relacja.lib.text import folded

# The full name, then what its bearers are called. One of these may stand for several full names.
_CALLED = """
adam: adas adamek
adrian: adi adus adrianek
agata: agatka agacia
agnieszka: aga agusia agnisia agniesia
albert: bercik albi
aleksander: olek alek oles aleks alex
aleksandra: ola olenka olka sandra alex
alicja: ala alunia alusia
alina: ala alinka
amelia: amelka mela
andrzej: jedrek andrzejek jedrus
aneta: anetka
angelika: andzia angela
anna: ania anka anusia hania andzia aneczka anula
antoni: antek antos tolek
antonina: tosia tonia antosia
arkadiusz: arek arkadi
artur: arturek
barbara: basia baska basienka
bartlomiej: bartek bartus
bartosz: bartek bartus
beata: beatka becia
blazej: blazek
bogdan: bodek bogus
boguslaw: bogus bogdan
boleslaw: bolek
bozena: bozenka
cecylia: cela celinka
cezary: czarek
czeslaw: czesiek czesio
czeslawa: czesia
damian: damianek
daniel: danielek danek
danuta: danka danusia
dariusz: darek dareczek
dawid: dawidek
dominik: domin dominiczek
dominika: domi nika
dorota: dorotka dosia
edward: edek edzio
edyta: edytka edzia
elzbieta: ela elka elunia bietka
emilia: emilka emi mila
ewa: ewka ewunia ewusia
ewelina: ewelinka
filip: filipek fifi
franciszek: franek franus
gabriela: gabrysia gaba gabi
grazyna: grazynka graza
grzegorz: grzes grzesiek grzesio grzech
halina: halinka hala
hanna: hania hanka
helena: hela helenka lena
henryk: heniek henio
henryka: henia
hubert: hubcio
ignacy: ignas
igor: igorek
irena: irenka ira
ireneusz: irek
iwona: iwonka
izabela: iza izka bela
jacek: jacus jacek
jadwiga: jadzia
jakub: kuba kubus
jan: janek jas jasiek jasio
janina: janka jania jasia
janusz: januszek
jaroslaw: jarek jaro
jerzy: jurek jerzyk
joanna: asia aska joasia joaska
jolanta: jola jolka
jozef: jozek jozio
jozefa: jozia
julia: julka jula julcia
justyna: justynka justysia
kacper: kacperek
kamil: kamilek
kamila: kamilka mila
karol: karolek lolek
karolina: karola karolinka lina
katarzyna: kasia kaska kasienka kate
kazimierz: kazik kazek kazio
kinga: kinia
klaudia: klaudusia klaudynka
konrad: konradek
krystian: krys
krystyna: krysia kryska
krzysztof: krzysiek krzys krzychu krzysio
leokadia: lodzia
leszek: lesio
lucja: lucyna lusia
lucyna: lucynka lusia
lukasz: lukaszek luki
maciej: maciek macius
magdalena: magda madzia magdusia lena
maksymilian: maks maksio
malgorzata: gosia malgosia gocha margo rita
marcin: marcinek
marek: mareczek
maria: marysia marysienka maryla majka mania
marianna: marysia
mariusz: mariuszek
marta: martusia marcia
martyna: martynka
mateusz: mati mateuszek
michal: misiek michas misio
mieczyslaw: mietek miecio
mikolaj: mikus miki
milena: mila milenka
miroslaw: mirek
miroslawa: mirka mira
monika: monia monisia
natalia: natalka nata
nikola: nika nikolka
norbert: norbi
oliwia: oliwka ola
patrycja: pati patka
patryk: pati
paulina: paula paulinka pola
pawel: pawelek pawlik
piotr: piotrek piotrus pietrek
przemyslaw: przemek przemo
radoslaw: radek
rafal: rafalek rafi
renata: renia renatka
robert: robcio bob bobby rob robbie
roman: romek
ryszard: rysiek rysio
sebastian: seba sebek
slawomir: slawek
stanislaw: staszek stas stasiek stachu
stanislawa: stasia
stefan: stefek
stefania: stefcia
sylwester: sylwek
sylwia: sylwka sylwunia
szymon: szymek
tadeusz: tadek tadzio
teresa: terenia tereska
tomasz: tomek tomus tomcio tom
urszula: ula ulka urszulka
waclaw: wacek
waldemar: waldek
wanda: wandzia
weronika: wera weronka nika
wieslaw: wiesiek wiesio
wieslawa: wiesia
wiktor: wiktorek wiki
wiktoria: wika wiki
witold: witek
wladyslaw: wladek wladzio
wlodzimierz: wlodek wlodzio
wojciech: wojtek wojtus
zbigniew: zbyszek zbynio zbyniu
zdzislaw: zdzisiek zdzich
zofia: zosia zoska zocha
zuzanna: zuzia zuza
zygmunt: zygmus
alexander: alex sandy
andrew: andy drew
anthony: tony
benjamin: ben
catherine: cathy kate katie
charles: charlie chuck
christopher: chris
daniel: dan danny
david: dave
deborah: debbie deb
edward: ed eddie ted
elizabeth: liz beth betty eliza lizzie
frederick: fred freddy
gregory: greg
james: jim jimmy jamie
jennifer: jen jenny
jonathan: jon
joseph: joe
joshua: josh
katherine: kate kathy katie
lawrence: larry
margaret: maggie peggy meg
matthew: matt
michael: mike mick
nicholas: nick
patricia: pat patty tricia
patrick: pat paddy
peter: pete
philip: phil
rebecca: becky
richard: dick rick richie
samantha: sam
samuel: sam
stephen: steve
susan: sue susie
theodore: ted
thomas: tom tommy
timothy: tim
victoria: vicky
william: bill will billy
zachary: zach
"""
# Names that one or two letters tell from another in this list: Kamil is not Kamila, however hurried the hand.
_ALSO = """
ada adrianna alan aleksy aniela ariel ariela bernard bernarda bianka blanka bogumil bogumila boguslawa bronislaw
bronislawa celina dagmara daniela dariya darya denis denise donata eliza emanuel emanuela emil ernest ernestyna eryk
eryka ewald fabian fabiana felicja feliks florian floriana franciszka gabriel gaja gerard gracjan gustaw ida iga
inga iwo iza jaroslawa jeremi jeremiasz jolanta jozefina julian juliana julianna julita juliusz kaja kajetan kalina
karina klara klaudiusz konstancja konstanty kornel kornelia lech lena leon leona leonard lidia liwia luiza malwina
marcel marcela marceli marcelina marian mariana marika marina marzanna marzena maurycy melania michalina milosz
natan nataniel natasza nela nikodem oktawia oktawian oktawiusz olaf oliwer oliwier oskar pola radoslawa roksana
roman romana roza rozalia sara sonia stella sylwia tobiasz tola tymon tymoteusz violetta walenty walentyna wiola
wioletta wit xawery zenon zenona
"""
_ENDINGS = re.compile(r"(sk|ck|dzk|zk)[iay]$")
_SOUNDS = (
    ("sch", "s"),
    ("dz", "z"),
    ("rz", "z"),
    ("sz", "s"),
    ("cz", "c"),
    ("ch", "h"),
    ("ck", "k"),
    ("ph", "f"),
    ("th", "t"),
    ("ks", "x"),
    ("w", "v"),
    ("q", "k"),
    ("j", "i"),
    ("y", "i"),
)
_VOWELS = str.maketrans("", "", "aeiou")
_APART = re.compile(r"[^a-z0-9]+")


def _read(text: str) -> dict[str, frozenset[str]]:
    meant: dict[str, set[str]] = {}
    for line in text.split("\n"):
        full, _colon, called = line.partition(":")
        for name in called.split():
            meant.setdefault(name, set()).add(full)
    return {name: frozenset(full) for name, full in meant.items()}


_MEANT = _read(_CALLED)
_FULL = {full for names in _MEANT.values() for full in names} | set(_ALSO.split())


def meant_by(name: str) -> frozenset[str]:
    """The full names that a folded first name may stand for: those it is a pet form of, and itself."""
    return _MEANT.get(name, frozenset()) | {name}


def is_diminutive(short: str, full: str) -> bool:
    """Whether people called `full` are also called `short`. Both folded."""
    return full in _MEANT.get(short, ())


def are_called_alike(one: str, other: str) -> bool:
    """Whether two different folded first names may belong to one person: Kasia and Katarzyna, Bartek and Bartuś."""
    return bool(meant_by(one) & meant_by(other))


def are_others(one: str, other: str) -> bool:
    """Whether two folded first names are two names by themselves, and not one written wrongly."""
    return base(one) in _FULL and base(other) in _FULL and base(one) != base(other)


def is_first_name(name: str) -> bool:
    """Whether a folded name is one of the first names that have pet forms, or such a form."""
    return name in _MEANT or name in _FULL


def stem(name: str) -> str:
    """A folded last name without the ending that says he or she: Kowalski and Kowalska share theirs."""
    return _ENDINGS.sub(r"\1", name)


@lru_cache(maxsize=50_000)
def sound(name: str) -> str:
    """A folded name as it roughly sounds: ending, doubled letters, vowels and soft consonants do not count.

    Kowalski and Kowalska sound alike, as do Żak and Rzak.
    """
    text = stem(_APART.sub("", name))
    for letters, one in _SOUNDS:
        text = text.replace(letters, one)
    kept = text[:1] + text[1:].translate(_VOWELS)
    return re.sub(r"(.)\1+", r"\1", kept)[:6]


@lru_cache(maxsize=50_000)
def base(name: str) -> str:
    """A folded first name made comparable: of the full names that it may stand for, the first."""
    return min(_MEANT.get(name, (name,)))


def words(text: str) -> list[str]:
    """The words of a name, folded, without points and hyphens."""
    return [word for word in _APART.split(folded(text)) if word]
