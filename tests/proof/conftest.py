"""Lets the modules of the proof find each other, in tests as when ``prove.py`` is run."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = str(Path(__file__).resolve().parent)
if HERE not in sys.path:
    sys.path.append(HERE)
