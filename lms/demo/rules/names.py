"""Names of invented people, from the parts of the world a company's people come from."""

from __future__ import annotations

import random
from collections.abc import Iterator

from lms.accounts.rules.names import slug

_GIVEN = """
Aaliyah Aarav Abebe Adaeze Agnieszka Ahmed Aiko Aisha Alejandra Alma Amara Amina Ana Anders Andile Anika Anton
Arjun Asha Astrid Ayşe Beatriz Bilal Björn Bongani Brigitte Camila Carlos Caroline Chiara Chidi Chloe Chukwuma
Clara Dalia Daniel Darnell Delphine Destiny Diego Dilnoza Dmitri Ebony Edith Eduardo Efua Eileen Elena Elif
Emeka Emilia Erik Esperanza Esther Ewa Farah Farid Fatima Fiona Florence Francisco Freya Gabriel Giulia Grace
Guadalupe Gustavo Hana Hannah Hassan Hélène Hiroshi Hugo Ibrahim Imani Ines Ingrid Irina Isaac Ivan Jamal Jasmine
Javier Jelena Jerome João José Joyce Júlia Kamal Karin Kavita Keisha Kenji Khadija Kofi Kwame Laila Lakshmi Lars
Latoya Leila Leon Liam Lin Linnea Lucía Luis Magdalena Mai Malik Marcus Mariana Marek Marta Mateo Mehmet Mei
Miguel Mila Minh Mohammed Monique Mustafa Nadia Naomi Nia Nikolai Nils Noor Olga Omar Oscar Oluwaseun Parisa
Patrick Paula Pedro Petra Pilar Priya Rafael Rahul Rania Ravi Rosa Ruben Sadia Samira Sandeep Sara Siddharth
Simone Sofía Soren Stanisław Sunita Svetlana Tamar Tariq Thandi Thomas Tomás Uma Valentina Victor Wanjiru Wei
Xavier Ximena Yara Yasmin Youssef Yuki Yusuf Zainab Zeynep Zofia
"""
_FAMILY = """
Abdi Abubakar Achebe Acosta Adeyemi Aguilar Ahmadi Akhtar Alvarez Amadi Andersson Anderson Arslan Asante Ayala
Baker Banerjee Baptiste Barros Becker Begum Bennett Bergström Bianchi Boateng Brown Bui Çelik Campbell Cardoso
Carter Castillo Chanda Chaudhry Chen Cheng Cohen Coleman Costa Cruz Dąbrowski Dang Das Davies Delgado Demir Dhillon
Diallo Díaz Dimitrov Dlamini Dubois Edwards Ekström Eriksen Espinoza Evans Farouk Fernandes Ferrari Fischer Flores
Fofana Foster Fujimoto García Gebre Ghosh Gomes González Greene Gupta Gutiérrez Haddad Hansen Harris Hassan Hayes
Hernández Hoang Horvat Huang Hughes Hussain Ibáñez Ismail Ivanov Jackson Jansen Jensen Jiménez Johnson Joshi
Kamau Kaplan Karlsson Kaur Kelly Khan Kim Kipkemboi Kovács Kowalski Kumar Lambert Larsen Le Lee Lindqvist Liu
López Mahmoud Malhotra Marković Martins Mbeki Medina Mehta Mendes Mensah Molina Moreau Moreno Morris Mwangi Nakamura
Navarro Ndiaye Nguyen Nieminen Novák Nowak Nunes O’Brien O’Connor Obi Okafor Okoye Oliveira Omar Ortega Osei
Özdemir Park Patel Pereira Petrov Pham Popescu Qureshi Rahman Ramírez Reyes Ribeiro Rivera Robinson Rojas Rossi
Ruiz Sato Schmidt Sharma Siddiqui Silva Singh Sørensen Suárez Tadesse Takahashi Tanaka Tesfaye Torres Tran Turner
Usman Vargas Vega Walker Wang Washington Williams Wójcik Wu Yamamoto Yang Yıldız Zhang Zhou
"""
GIVEN, FAMILY = tuple(_GIVEN.split()), tuple(_FAMILY.split())
# Scripts and lengths that a page, a list and a certificate must all bear.
UNUSUAL = (
    "Ελένη Παπαδοπούλου",
    "Дмитрий Соколов",
    "ليلى حدّاد",
    "María Fernanda de los Ángeles Goikoetxea-Etxeberria y Montes",
)
DOMAIN = "alder-finch.example"


def draw_names(rng: random.Random, count: int) -> Iterator[str]:
    """Yield `count` different names; the unusual ones come early, so that a small company has them too."""
    taken = set(UNUSUAL)
    for number in range(count):
        place, rest = divmod(number, 9)
        if rest == 4 and place < len(UNUSUAL):  # noqa: PLR2004 - a little way into each group of nine
            yield UNUSUAL[place]
            continue
        name = next(name for name in iter(lambda: f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}", "") if name not in taken)
        taken.add(name)
        yield name


def address_for(name: str, number: str) -> str:
    """Return a work address: the name in plain letters, the number where the name has none of them."""
    plain = slug(name)
    local = plain.replace("-", ".") if plain.isascii() and plain else f"staff.{number.lower()}"
    return f"{local[:40].strip('.')}@{DOMAIN}"
