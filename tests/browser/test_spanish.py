"""The app, JupyterLab and a notebook in Spanish."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from explorer.counts import TABLE_LEVELS, columns_of
from explorer.views.tabs import _TITLES
from tests.browser import app_fixtures, lab_fixtures
from tests.browser.app_fixtures import BREAST
from tests.browser.lab_fixtures import Lab
from tests.browser.notebook_fixtures import Jupyter, opening
from tests.browser.panel_fixtures import answered, panel_of
from tests.browser.test_small_counts import READ
from tests.home import ROOT

SPANISH: dict[str, str] = json.loads((ROOT / "widgets" / "locale" / "es.json").read_text(encoding="utf-8"))
SMALL = {"width": 1280, "height": 720}

COLUMNS = {name for level in TABLE_LEVELS for name in columns_of(level)}
ENGLISH = {text for text, said in SPANISH.items() if "%" not in text and said != text} - COLUMNS
"""What we say in English and otherwise in Spanish; columns keep their names, under their titles."""

CUT = """all => all.filter(one => {
    const place = one.closest('.cx, .head, .bar-top, .attrition, .ax') ?? document.body;
    return one.getClientRects().length && (one.getBoundingClientRect().right > place.getBoundingClientRect().right + 1
        || one.scrollHeight > one.clientHeight + 1
        || one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).textOverflow !== 'ellipsis');
}).map(one => one.textContent || one.outerHTML)"""
"""The texts of elements that are wider or higher than their box, or stand beyond the edge of the part around them."""


@pytest.fixture(scope="module")
def lab(default_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("spanish")
    chosen = folder / "config" / "lab" / "user-settings" / "@jupyterlab" / "translation-extension"
    chosen.mkdir(parents=True)
    (chosen / "plugin.jupyterlab-settings").write_text('{"locale": "es_ES"}')
    with lab_fixtures.running(folder, default_home) as found:
        yield found


def whole(place: Page | Locator | FrameLocator, selector: str) -> None:
    """Check that no text is cut."""
    found = place.locator(selector)
    assert found.count()
    assert found.evaluate_all(CUT) == []


def speaks(page: Page) -> None:
    """Check that nothing on the page is an English text of ours, which has Spanish words."""
    assert set(page.evaluate(READ)) & ENGLISH == set()


def spanish(page: Page, address: str) -> Page:
    """The app in Spanish, with its first numbers."""
    page.set_viewport_size(SMALL)
    page.set_default_timeout(app_fixtures.ANSWER_MS)
    page.goto(f"{address}?workspace=spanish-{id(page)}&language=es")
    expect(page.locator("html.ready")).to_have_count(1, timeout=3 * app_fixtures.ANSWER_MS)
    app_fixtures.settled(page)
    return page


def test_the_app_speaks_the_language_of_its_address(
    page: Page, address: str, screenshot: Callable[[str], Path]
) -> None:
    with app_fixtures.watched(page):
        spanish(page, address)
        assert page.locator("html").get_attribute("lang") == "es"
        expect(page.get_by_role("heading", name="Criterios")).to_be_visible()
        app_fixtures.choose(page, *BREAST)
        assert app_fixtures.totals(page)["Patients"] == "3.296"
        expect(page.locator(".sentence")).to_have_text("Pacientes con MR de BREAST en la misma serie, cuyo sexo es F.")
        expect(page.locator('.facet[data-facet="Modality"] h3')).to_have_text("Modalidad")
        expect(page.locator('.facet[data-facet="age"]')).to_contain_text("años")
        expect(page.locator(".tot").nth(1)).to_contain_text("Pacientes3.296de 86.451")
        expect(page.get_by_role("button", name="Empezar de nuevo")).to_be_visible()
        screenshot("spanish-app")
        whole(page, ".bar-top .btn, .tot .l, .tot .v, .tot .o, .tab, .seg button, .filters h2, .cx .fold, .flegend > *")
        for name in _TITLES:
            tab = page.locator(f'[data-tab="{name}"]')
            tab.click()
            expect(page.locator(f'[data-tab="{name}"][aria-selected="true"]')).to_be_visible()
            expect(page.locator(".hint")).to_have_text(SPANISH[_TITLES[name][1]])
            assert tab.text_content() == SPANISH[_TITLES[name][0]]
            app_fixtures.settled(page)
            page.wait_for_timeout(500)
            if name != "images":  # what Python says there is English for now
                speaks(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
        app_fixtures.tab(page, "attrition")
        expect(page.locator(".attrition h3").first).to_contain_text("De 86.451 pacientes a 3.296")
        screenshot("spanish-attrition")
        whole(page, ".attrition th, .attrition .btn, .attrition h3")


def test_the_browser_decides_where_the_address_does_not(browser: Browser, address: str) -> None:
    for locale, language, title in [("es-MX", "es", "Criterios"), ("de-DE", "en", "Rule")]:
        context = browser.new_context(locale=locale)
        page = app_fixtures.opened(context.new_page(), address)
        assert page.locator("html").get_attribute("lang") == language
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        context.close()


def test_jupyterlab_in_spanish(page: Page, lab: Lab, screenshot: Callable[[str], Path]) -> None:
    with lab_fixtures.watched(page):
        page.set_viewport_size(SMALL)
        lab_fixtures.fresh(page, lab)
        assert page.locator("html").get_attribute("lang") == "es-ES"
        card = page.locator(".jp-LauncherCard", has_text="Cohort Explorer")
        assert "Encontrar una cohorte de imágenes de cáncer" in (card.get_attribute("title") or "")
        # It stands among JupyterLab's own, not in a section with a heading of ours.
        headings = page.locator(".jp-Launcher-sectionTitle").all_text_contents()
        assert len(headings) == len(set(headings)) and "Other" not in headings
        app = lab_fixtures.launched(page)
        expect(app.locator("html")).to_have_attribute("lang", "es")
        expect(app.get_by_role("button", name="Guardar", exact=True)).to_be_visible()
        screenshot("spanish-lab")
        panel = panel_of(page)
        for text in ("Insertar cohorte", "Cohortes guardadas", "Instantáneas", "Pacientes"):
            expect(panel.get_by_text(text, exact=True).first).to_be_visible()
        answered(panel)
        screenshot("spanish-panel")
        whole(app, ".bar-top .btn, .tot .l, .tot .v, .tab, .seg button, .filters h2, .flegend > *, .fr .c2")
        whole(panel, ".btn, .ttable dt, .ttable dd, .seg button, h2, h3")


def test_the_settings(page: Page, lab: Lab) -> None:
    page.set_viewport_size(SMALL)
    lab_fixtures.fresh(page, lab)
    page.keyboard.press("Control+,")
    editor = page.locator(".jp-SettingsPanel:visible")
    expect(editor).to_be_visible()
    page.locator(".jp-PluginList-entry", has_text="Cohort Explorer").click()
    for text in ("Abrir al iniciar", "Límite de memoria", "Carpetas de imágenes"):
        expect(editor.get_by_text(text, exact=True).first).to_be_visible()


def test_a_widget_speaks_the_language_of_its_page(page: Page, lab: Lab, screenshot: Callable[[str], Path]) -> None:
    lab_fixtures.fresh(page, lab)
    book = Jupyter(lab.address, "lab", lab.folder, lab.home).open(page, "es.ipynb", opening("es"))
    expect(page.locator(".jp-NotebookPanel:visible .jp-Toolbar").get_by_text("Insertar cohorte")).to_be_visible()
    book.run(0)
    widget = book.cell(0).locator(".cx")
    expect(widget.get_by_role("region", name="Filtros")).to_be_visible()
    assert widget.get_attribute("lang") == "es"
    screenshot("spanish-notebook")
    whole(widget, ".tline, .seg button, h2, h3, .gh .pick")
