"""What the tests of reading share: each runs without and with compiled loops."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

import ocop


@pytest.fixture(scope="module", params=[False, True], ids=["numpy", "compiled"])
def fast(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Let `read_sheets` read with numpy, or with compiled loops."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ocop, "read_sheets", partial(ocop.read_sheets, fast=request.param))
        yield request.param
