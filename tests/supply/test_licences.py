"""Unknown and copyleft licences are found, however a package names them."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

pytest.importorskip("license_expression", reason="nox -s supply runs it")


@pytest.fixture
def licences(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("licences")


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", True),
        ("BSD-2-Clause AND Apache-2.0 WITH LLVM-exception", True),
        ("GPL-3.0-or-later OR MIT", True),
        ("(GPL-3.0-only OR MIT) AND Zlib", True),
        ("GPL-3.0-or-later", False),
        ("MIT AND GPL-3.0-or-later", False),
        ("LGPL-2.1-or-later", False),
        ("MPL-2.0", False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("MIT WITH LLVM-exception", False),
        ("Free for all", False),
        ("LicenseRef-Own", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_all_of_and_one_of_or(licences: ModuleType, expression: str, allowed: bool) -> None:
    """All licences of AND must be on the list, of OR one; unknown words never are."""
    assert licences.permitted(expression) is allowed


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("MIT License", "MIT"),
        ("BSD License; Apache Software License", "BSD-3-Clause AND Apache-2.0"),
        ("GNU General Public License (GPL)", "GNU General Public License (GPL)"),
        ("UNKNOWN", ""),
    ],
)
def test_words_of_old_metadata(licences: ModuleType, said: str, meant: str) -> None:
    """Classifiers become SPDX where they are known; all of several must be allowed."""
    assert licences.spdx(said) == meant


def test_a_planted_licence_is_found(licences: ModuleType) -> None:
    """A package under another licence, or none, is named with the extras that bring it."""
    found = licences.problems(
        {"numpy": "BSD-3-Clause", "spy": "AGPL-3.0-only", "quiet": ""},
        {"numpy": [], "spy": ["cli", "all"], "quiet": []},
    )
    assert found == [
        "quiet declares nothing, which is not allowed; it comes with every installation",
        "spy declares 'AGPL-3.0-only', which is not allowed; "
        "it comes with the extras ['cli', 'all']",
    ]


def test_what_is_set_apart_stays_apart(licences: ModuleType) -> None:
    """The library under the GPL comes with its own extra, with no other and never always."""
    name = "vietnam-provinces"
    for expression in ("", "GPL-3.0-or-later"):
        assert licences.problems({name: expression}, {name: ["places"]}) == []
    for extras in ([], ["places", "all"], ["cli"]):
        found = licences.problems({name: ""}, {name: extras})
        assert found == [
            f"{name} is under GPL-3.0-or-later and comes with {extras}, allowed is 'places'"
        ]
    found = licences.problems({name: "AGPL-3.0-only"}, {name: ["places"]})
    assert found == [f"{name} now declares AGPL-3.0-only, known is GPL-3.0-or-later"]
