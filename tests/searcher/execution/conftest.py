"""What tests of execution share: a failed comparison with brute force shows what differs."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("brute_force")
