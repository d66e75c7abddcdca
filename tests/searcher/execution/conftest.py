"""Shared by tests of execution: a failed comparison with brute force shows the difference."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("brute_force")
