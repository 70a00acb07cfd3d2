"""Two ways to use a page, which do the same: without JavaScript on a phone, and with the keyboard alone at a desk.

A control is found as people find it: by its role and name, or by its label.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

FARTHEST = 400
# A control shows that it has the focus by its own ring, or its label does.
FOCUSED = """control => {
  const seen = [control, ...(control.labels ?? []), control.closest(".choice, .upload, summary")].filter(Boolean);
  const ring = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return seen.some((one) => ring(getComputedStyle(one)) || getComputedStyle(one).boxShadow !== "none");
}"""
IN_VIEW = """control => {
  const box = control.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""
SAME_GROUP = """control => {
  const at = document.activeElement;
  return at === control || (control.type === "radio" && at?.type === "radio" && at.name === control.name);
}"""


def follow(control: Locator) -> None:
    """Press a button or a link and wait for the page it leads to, so that nothing is read from the one before."""
    with control.page.expect_navigation():
        control.click()


class Hands:
    """What somebody does on a page. `page` is open on it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def open(self, path: str) -> None:
        """Go to an address."""
        assert self.page.goto(self.address + path).ok, path

    def press(self, name: str, within: str = "main", role: str = "button") -> None:
        """Press the first button of this name, or follow the first link."""
        named = re.compile(f"^{re.escape(name)}") if name else None
        self.use(self.page.locator(within).get_by_role(role, name=named).first)
        self.page.wait_for_load_state()

    def follow(self, name: str, within: str = "main") -> None:
        """Follow the first link of this name."""
        self.press(name, within, "link")

    def use(self, control: Locator) -> None:
        """Press a button or follow a link."""
        raise NotImplementedError

    def choose(self, control: Locator) -> None:
        """Choose a radio button or tick a box."""
        raise NotImplementedError

    def write(self, label: str, text: str) -> None:
        """Write into a field, a day as month, day and year."""
        raise NotImplementedError

    def pick(self, label: str, option: str) -> None:
        """Pick an option of a list."""
        raise NotImplementedError

    def hand_over(self, label: str, file: Path) -> None:
        """Choose a file of this device."""
        raise NotImplementedError

    def field(self, label: str) -> Locator:
        """The field with a label that begins so."""
        return self.page.locator("main").get_by_label(re.compile(f"^{re.escape(label)}")).first

    def answer_everything(self) -> None:
        """Give some answer to every question of the page: the first of its choices."""
        groups: dict[str, Locator] = {}
        for control in self.page.locator("main form input:enabled:is([type=radio], [type=checkbox])").all():
            groups.setdefault(control.get_attribute("name") or "", control)
        for control in groups.values():
            self.choose(control)
        for control in self.page.locator("main form select:enabled").all():
            self.take_first(control)

    def take_first(self, control: Locator) -> None:
        """Take the first option of a list that says something."""
        raise NotImplementedError

    def heading(self) -> str:
        """What the page calls itself."""
        return self.page.locator("h1").inner_text()


class WithoutScripts(Hands):
    """A finger, on a page whose scripts do not run."""

    def use(self, control: Locator) -> None:
        follow(control)

    def choose(self, control: Locator) -> None:
        control.check()

    def write(self, label: str, text: str) -> None:
        parts = re.fullmatch(r"(\d\d)(\d\d)(\d{4})", text)
        self.field(label).fill(f"{parts[3]}-{parts[1]}-{parts[2]}" if parts else text)

    def pick(self, label: str, option: str) -> None:
        self.field(label).select_option(option)

    def take_first(self, control: Locator) -> None:
        control.select_option(index=1)

    def hand_over(self, label: str, file: Path) -> None:
        self.field(label).set_input_files(file)


class Keyboard(Hands):
    """Tab, Enter, Space, arrows and letters; every control that is reached shows the focus, in view."""

    def __init__(self, page: Page, address: str) -> None:
        super().__init__(page, address)
        # From the start: where it is asked for only with the key that opens it, the browser may open its own first.
        page.on("filechooser", lambda _chooser: None)

    def open(self, path: str) -> None:
        """Go to an address and skip to what is on the page."""
        super().open(path)
        self.page.keyboard.press("Tab")
        assert self.page.evaluate("document.activeElement.className") == "skip", "The first stop is no skip link."
        self.page.keyboard.press("Enter")

    def reach(self, control: Locator) -> Any:
        """Tab to a control, or to its group of radio buttons."""
        found = control.element_handle()
        for _stop in range(FARTHEST):
            if found.evaluate(SAME_GROUP):
                break
            self.page.keyboard.press("Tab")
        assert found.evaluate(SAME_GROUP), f"Tab never gets to {control}."
        at = self.page.evaluate_handle("document.activeElement").as_element()
        assert at.evaluate(FOCUSED), f"{control} does not show that it has the focus."
        assert at.evaluate(IN_VIEW), f"{control} has the focus out of view."
        return found

    def use(self, control: Locator) -> None:
        self.reach(control)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, control: Locator) -> None:
        found = self.reach(control)
        for _radio in range(FARTHEST):
            if found.evaluate("control => document.activeElement === control"):
                break
            self.page.keyboard.press("ArrowDown")
        if not found.is_checked():
            self.page.keyboard.press("Space")
        assert found.is_checked()

    def write(self, label: str, text: str) -> None:
        field = self.reach(self.field(label))
        if field.get_attribute("type") != "date":
            self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def pick(self, label: str, option: str) -> None:
        field = self.reach(self.field(label))
        text = field.query_selector(f'option[value="{option}"]').inner_text()
        self.page.keyboard.type(text)
        assert field.input_value() == option

    def take_first(self, control: Locator) -> None:
        self.reach(control)
        self.page.keyboard.press("ArrowDown")

    def hand_over(self, label: str, file: Path) -> None:
        self.reach(self.field(label))
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(file)
