"""What the documents name is really there: links, dependencies, settings."""

import re
import tomllib

import pytest

from tests.support.source import CHECKOUT

PAGES = sorted([CHECKOUT / "README.md", *(CHECKOUT / "docs").rglob("*.md"), *(CHECKOUT / "examples").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_every_relative_link_leads_somewhere(page: object) -> None:
    text = page.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) + re.findall(r'src="([^"]+)"', text)
    missing = [
        target
        for target in targets
        if "://" not in target and not (page.parent / target).exists()  # type: ignore[attr-defined]
    ]
    assert missing == []


def test_the_table_of_dependencies_is_that_of_the_project() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in declared}
    text = (CHECKOUT / "docs" / "dependencies.md").read_text(encoding="utf-8").split("## Not packages")[0]
    listed = set(re.findall(r"^\| ([a-z][\w-]*) \|", text, flags=re.MULTILINE)) - {"package"}
    assert listed == names


def test_every_setting_that_is_read_is_documented() -> None:
    read = {
        name
        for path in (CHECKOUT / "src").rglob("*.py")
        for name in re.findall(r"\bTALLYSTICK_[A-Z_]+\b", path.read_text(encoding="utf-8"))
    } - {"TALLYSTICK_WIRING"}
    documented = set(
        re.findall(r"`(TALLYSTICK_[A-Z_]+)`", (CHECKOUT / "docs/operating/settings.md").read_text("utf-8"))
    )
    assert read == documented
