"""How far a typed word may be from a label's word: the nearer is the likelier."""

from __future__ import annotations

WHOLE, SAME, NUMBER, GENDER, VERB, ADJECTIVE = range(-1, 5)
"""The same word with the label's function words beside it; the same; another number, gender or form of
a verb; an adjective of it."""
