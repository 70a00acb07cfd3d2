"""Whoever begins at home gets by links to every page of their role, and no link leads nowhere."""

from __future__ import annotations

import html
import re
from collections import Counter, deque

import pytest
from werkzeug.exceptions import HTTPException

from tests.browser.addresses import pages

# Of pages alike, this many are opened: what one of them links to, the others do too. Steps are of many kinds.
ALIKE = {"/learn/<course>/<module>/<step>": 60}
FEW = 6
# Pages whose link stands only where something has happened that the company does not show, or that lead on at once.
UNLINKED = {
    "/admin/marking": "while an open answer waits",
    "/admin/marking/<uuid:attempt>/<int:number>": "while an open answer waits",
    "/certificates/<uuid:award>/reinstate": "while a certificate is suspended",
    "/people/<uuid:person_id>/erase": "of who has left",
    "/people/<uuid:person_id>/return": "of who has left",
    "/people/import/<uuid:import_id>/columns": "while a file's columns are unknown",
    "/people/import/<uuid:import_id>/errors.csv": "while a file has wrong rows",
    "/quiz/<step>": "leads on to the step",
    "/reports/agreement.<kind>": "once a pair of sheets is there: one observation in ten, by lot",
    "/sandbox/<step>": "leads on to the step",
    "/team/coaching": "while somebody asks for coaching",
}
HREF = re.compile(r'href="([^"#]*)')
pytestmark = pytest.mark.thorough


def crawl(company, role):
    """Return the rules that links from home lead to, and the links that lead nowhere, each with where it stands."""
    client = company.app.test_client()
    cookie = company.cookie(role)
    client.set_cookie(cookie["name"], cookie["value"])
    routes = company.app.url_map.bind("localhost")
    found, dead, opened = set(), [], Counter()
    waiting, known = deque([("/home", "")]), {"/home"}
    while waiting:
        path, where = waiting.popleft()
        try:
            rule, _values = routes.match(path.partition("?")[0], method="GET", return_rule=True)
        except HTTPException:
            dead.append((path, where, "no address"))
            continue
        found.add(rule.rule)
        if opened[rule.rule] == ALIKE.get(rule.rule, FEW) or rule.endpoint.endswith("static"):
            continue
        opened[rule.rule] += 1
        answer = client.get(path, follow_redirects=True, buffered=True)
        if answer.status_code >= 400:
            dead.append((path, where, answer.status_code))
        if answer.mimetype != "text/html":
            continue
        for link in map(html.unescape, HREF.findall(answer.get_data(as_text=True))):
            if link.startswith("/") and link not in known:
                known.add(link)
                waiting.append((link, path))
    return found, dead


def test_every_page_is_reached_by_links_and_no_link_leads_nowhere(company):
    reached, dead = set(), []
    for role in company.people:
        found, nowhere = crawl(company, role)
        reached |= found
        dead += [(str(role), *link) for link in nowhere]
    assert not dead, "\n".join(map(str, dead))
    wanted = {rule.rule for rule, roles in pages(company.app) if roles}
    assert sorted(wanted - reached - set(UNLINKED)) == []
