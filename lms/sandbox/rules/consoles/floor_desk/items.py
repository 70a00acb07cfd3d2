"""The goods on the floor: grams and cents a piece, `pack` in pieces a case; their names are in the texts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One article, a substitute for the others of its group."""

    id: str
    group: str
    grams: int
    price: int
    pack: int
    allergens: tuple[str, ...] = ()
    adult: bool = False
    hazard: str = "none"


ITEMS = (
    Item("almond-granola", "cereal", 500, 649, 12, ("nuts", "gluten")),
    Item("oat-muesli", "cereal", 750, 599, 10, ("gluten",)),
    Item("corn-flakes", "cereal", 500, 429, 12, ()),
    Item("hazelnut-crunch", "cereal", 450, 679, 12, ("nuts", "milk")),
    Item("rice-pops", "cereal", 400, 459, 14, ("milk",)),
    Item("seed-porridge", "cereal", 600, 549, 10, ("sesame", "gluten")),
    Item("peanut-bar", "snack", 240, 389, 24, ("peanuts",)),
    Item("fruit-bar", "snack", 240, 369, 24, ()),
    Item("choc-wafer", "snack", 220, 419, 24, ("milk", "gluten")),
    Item("salted-cashews", "snack", 200, 599, 20, ("nuts",)),
    Item("sesame-thins", "snack", 180, 449, 20, ("sesame", "gluten")),
    Item("veg-crisps", "snack", 150, 399, 18, ()),
    Item("oat-drink", "drink", 1040, 279, 12, ("gluten",)),
    Item("almond-drink", "drink", 1040, 299, 12, ("nuts",)),
    Item("soy-drink", "drink", 1040, 259, 12, ("soy",)),
    Item("milk-uht", "drink", 1050, 189, 12, ("milk",)),
    Item("rice-drink", "drink", 1040, 269, 12, ()),
    Item("alcohol-free-wine", "wine", 1250, 1099, 6, ("sulphites",)),
    Item("red-wine", "wine", 1300, 1199, 6, ("sulphites",), adult=True),
    Item("white-wine", "wine", 1300, 1149, 6, ("sulphites",), adult=True),
    Item("grape-juice", "wine", 1320, 999, 6, ()),
    Item("elderflower-press", "wine", 1300, 1049, 6, ()),
    Item("dish-liquid", "home", 760, 349, 16),
    Item("dish-tabs", "home", 820, 1299, 8),
    Item("paper-towels", "paper", 900, 699, 6),
    Item("paper-towels-recycled", "paper", 880, 679, 6),
    Item("paper-towels-large", "paper", 920, 739, 6),
    Item("paper-towels-unbleached", "paper", 910, 709, 6),
    Item("cellulose-cloths", "home", 210, 649, 12),
    Item("bin-bags", "bags", 430, 499, 20),
    Item("bin-bags-tie", "bags", 450, 529, 20),
    Item("bin-bags-compost", "bags", 400, 519, 20),
    Item("bin-bags-thin", "bags", 440, 469, 20),
    Item("steel-sponge", "home", 90, 249, 48),
    Item("desk-lamp", "device", 1250, 3999, 4),
    Item("kettle", "device", 1100, 4499, 4),
    Item("toaster", "device", 1700, 4999, 2),
    Item("wired-headset", "device", 310, 5499, 10),
    Item("power-bank", "battery", 240, 3499, 20, hazard="lithium"),
    Item("cordless-drill", "battery", 1650, 10999, 4, hazard="lithium"),
    Item("robot-vacuum", "battery", 3900, 24900, 1, hazard="lithium"),
    Item("earbuds-case", "battery", 120, 7999, 20, hazard="lithium"),
    Item("drain-cleaner", "chemical", 1120, 699, 12, hazard="corrosive"),
    Item("spray-paint", "chemical", 420, 899, 12, hazard="flammable"),
    Item("nail-remover", "chemical", 150, 399, 24, hazard="flammable"),
    Item("yoga-mat", "sport", 1100, 2799, 10),
    Item("foam-roller", "sport", 800, 2499, 8),
    Item("skipping-rope", "sport", 260, 1299, 30),
    Item("kettlebell", "sport", 8100, 3299, 2),
    Item("television", "appliance", 17_500, 89_900, 1),
    Item("espresso-machine", "appliance", 11_200, 74_900, 1),
    Item("projector", "appliance", 4600, 64_900, 2),
    Item("stand-mixer", "appliance", 8900, 44_900, 1),
    Item("office-chair", "appliance", 16_800, 38_900, 1),
    Item("sewing-machine", "appliance", 7800, 32_900, 1),
)
PARCEL = 12_000  # grams: a case heavier than that is never repacked into one carton with others
ALLERGENS = ("nuts", "peanuts", "milk", "gluten", "sesame", "soy")
BULK = tuple(item for item in ITEMS if item.group == "appliance")  # what moves between sites by the pallet
SAFE = tuple(item for item in ITEMS if item.hazard == "none" and item not in BULK)
HAZARDOUS = tuple(item for item in ITEMS if item.hazard != "none")
FOOD_GROUPS = ("cereal", "snack", "drink", "wine")
ALIKE = (*FOOD_GROUPS, "paper", "bags")  # groups whose members stand in for each other
CASES = tuple(item for item in SAFE if item.pack > 1)
LIGHT = tuple(item for item in CASES if item.pack * item.grams <= PARCEL)
