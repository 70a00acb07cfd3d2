"""What vendors sell, what they are called, where they are: all invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

OWN = "own"


@dataclass(frozen=True, slots=True)
class Ware:
    """Something on an invoice line: its unit and its usual price in cents."""

    id: str
    unit: str
    price: int


@dataclass(frozen=True, slots=True)
class Country:
    """Where a vendor is: its currency (OWN: the company's), the usual exchange rate in ten-thousandths."""

    code: str
    currency: str
    rate: int
    forms: tuple[str, ...]


TRADES: Mapping[str, tuple[Ware, ...]] = MappingProxyType(
    {
        "packaging": (
            Ware("carton-s", "each", 42), Ware("carton-m", "each", 78), Ware("carton-l", "each", 131),
            Ware("mailer", "each", 24), Ware("tape", "roll", 265), Ware("paper-fill", "roll", 1890),
            Ware("bubble", "roll", 2740), Ware("label-roll", "roll", 1120), Ware("stretch-film", "roll", 960),
        ),
        "freight": (
            Ware("line-haul", "trip", 68_000), Ware("pallet-move", "pallet", 5_400),
            Ware("express-collect", "trip", 9_800), Ware("fuel-surcharge", "trip", 4_250),
            Ware("tail-lift", "trip", 3_500), Ware("waiting-time", "hour", 5_200), Ware("returns-run", "trip", 21_500),
        ),
        "cloud": (
            Ware("compute", "hour", 38), Ware("storage", "terabyte", 2_300), Ware("transfer-out", "terabyte", 8_900),
            Ware("support-plan", "month", 45_000), Ware("seat", "seat", 2_900), Ware("backup", "terabyte", 6_400),
        ),
        "studio": (
            Ware("product-shot", "each", 1_850), Ware("model-day", "day", 74_000), Ware("retouch", "each", 420),
            Ware("clip", "each", 9_600), Ware("copy-text", "each", 1_250), Ware("studio-day", "day", 51_000),
        ),
        "textiles": (
            Ware("tee", "each", 640), Ware("hoodie", "each", 1_870), Ware("socks", "pack", 410),
            Ware("tote", "each", 295), Ware("bedlinen", "set", 2_480), Ware("towel", "each", 520),
            Ware("apron", "each", 760),
        ),
        "homeware": (
            Ware("mug", "each", 310), Ware("pan", "each", 1_640), Ware("knife-set", "set", 3_950),
            Ware("storage-box", "each", 585), Ware("lamp", "each", 2_210), Ware("candle", "each", 395),
            Ware("frame", "each", 480),
        ),
        "site": (
            Ware("cleaning", "hour", 2_650), Ware("guard", "hour", 3_400), Ware("forklift-rent", "day", 9_500),
            Ware("rack-check", "each", 1_450), Ware("door-service", "each", 18_500), Ware("waste-lift", "each", 7_800),
            Ware("temp-staff", "hour", 2_980),
        ),
        "print": (
            Ware("insert", "each", 9), Ware("catalogue", "each", 182), Ware("gift-card", "each", 64),
            Ware("poster", "each", 890), Ware("thank-you-card", "each", 21), Ware("return-form", "each", 6),
        ),
    }
)  # fmt: skip

# Trades that deliver goods; the others bill for work and use.
GOODS = frozenset({"packaging", "textiles", "homeware", "print"})
HOME = Country("home", OWN, 10_000, ("LLC", "Inc.", "Co.", "& Sons", "Supply", "Partners"))
ABROAD = (
    Country("DE", "EUR", 10_850, ("GmbH", "KG", "AG")),
    Country("NL", "EUR", 10_850, ("B.V.",)),
    Country("FR", "EUR", 10_850, ("SARL", "SAS")),
    Country("IT", "EUR", 10_850, ("S.r.l.",)),
    Country("GB", "GBP", 12_700, ("Ltd", "& Daughters Ltd")),
    Country("CA", "CAD", 7_350, ("Ltée", "Inc.")),
    Country("CH", "CHF", 11_300, ("AG", "SA")),
)
OTHER_CURRENCIES: Mapping[str, int] = MappingProxyType({"EUR": 10_850, "GBP": 12_700, "CAD": 7_350, "CHF": 11_300})
NAMES = (
    "Abelard", "Birchwood", "Calder", "Dovetail", "Eastgate", "Fennimore", "Garnet", "Halvorsen", "Ironbridge",
    "Juniper", "Kestrel", "Larkfield", "Meridian", "Northlight", "Oakhurst", "Pemberton", "Quayside", "Ravensbourne",
    "Silverline", "Thornbury", "Umbra", "Vantage", "Westerly", "Yarrow", "Zephyr", "Anders", "Bellweather", "Corvina",
    "Drummond", "Elmsworth", "Falk", "Greaves", "Hartmann", "Isola", "Jansen", "Krauss", "Lindqvist", "Marchetti",
    "Novak", "Ostrander",
)  # fmt: skip
BRANCH: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "packaging": ("Packaging", "Carton", "Packworks"),
        "freight": ("Freight", "Haulage", "Logistics"),
        "cloud": ("Cloud", "Systems", "Hosting"),
        "studio": ("Studios", "Imaging", "Content"),
        "textiles": ("Textiles", "Apparel", "Mills"),
        "homeware": ("Homeware", "Living", "Trading"),
        "site": ("Services", "Facilities", "Site Care"),
        "print": ("Print", "Press", "Graphics"),
    }
)
# A "/26" at the end is the year.
NUMBER_STYLES = ("INV-{}", "RE{}", "{}/26", "F-{}", "{}", "SI-{}", "R{}-K")
