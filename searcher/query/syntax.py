"""The query language, as a configuration of Whoosh's parser.

Words (any may match), ``"a phrase"``, ``"near each other"~3``, ``+must``, ``-mustnot``, ``AND OR NOT ( )``,
``prefix*``, ``wo?d``, ``fuzzy~``, and ``title:``, ``country:``, ``lang:``, ``date:``, ``id:`` before a word.
The parser knows no schema: its leaves are raw words under the names below, which
:mod:`searcher.query.resolve` turns into fields.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import Any

from whoosh import qparser, query
from whoosh.qparser import syntax
from whoosh.qparser.taggers import FnTagger

from indexer.errors import QueryError
from searcher.query.limits import check_depth

TEXT = "text"
TITLE = "title"
NARROWING = ("country", "lang", "date", "id")  # fields that narrow instead of being ranked

# Straight and typographic quotation marks open and close a phrase alike.
QUOTES = str.maketrans("“”„«»", '"""""')

# Whoosh has no types, so each class below that stands on one of its own says so.


class AnyGroup(syntax.OrGroup):  # type: ignore[misc]  # Whoosh has no types
    """Nodes side by side, without an operator: any may match."""


class Marked(syntax.GroupNode):  # type: ignore[misc]  # Whoosh has no types
    """One node with a ``+`` or a ``-`` before it."""

    merging = False


class Required(Marked):
    """``+node``."""


class AllRequired(query.And):  # type: ignore[misc]  # Whoosh has no types
    """What was marked with ``+``: searched exactly as typed."""


class RequiredGroup(syntax.AndGroup):  # type: ignore[misc]  # Whoosh has no types
    """Required nodes side by side."""

    qclass = AllRequired


class Banned(Marked):
    """``-node``, or ``NOT node`` beside others."""


class Markers(qparser.Plugin):  # type: ignore[misc]  # Whoosh has no types
    """``+`` and ``-`` before a word, a phrase or a group, at any depth; inside a word they are part of it."""

    class Plus(syntax.MarkerNode):  # type: ignore[misc]  # Whoosh has no types
        """A plus sign that marks the next node."""

    class Minus(syntax.MarkerNode):  # type: ignore[misc]  # Whoosh has no types
        """A minus sign that marks the next node."""

    def taggers(self, _parser: Any) -> list[tuple[Any, int]]:
        """Find the signs: at the start, after white space or a parenthesis, and right before something."""
        before, after = r"(?:(?<=\s)|(?<=\()|^)", r"(?=[^\s+\-])"
        return [
            (FnTagger(rf"{before}\+{after}", self.Plus, "plus"), 0),
            (FnTagger(f"{before}-{after}", self.Minus, "minus"), 0),
        ]

    def filters(self, _parser: Any) -> list[tuple[Any, int]]:
        """Bind each sign to its node before the operators (at 600) take theirs, then sort every group."""
        return [(self.bind, 510), (self.sort, 610)]

    def bind(self, parser: Any, group: Any) -> Any:
        """Replace a sign and the node after it by one marked node."""
        bound = group.empty_copy()
        mark: type[Marked] | None = None
        for node in group:
            if isinstance(node, (self.Plus, self.Minus)):
                mark = Required if isinstance(node, self.Plus) else Banned
                continue
            whole = self.bind(parser, node) if isinstance(node, syntax.GroupNode) else node
            bound.append(mark([whole]) if mark else whole)
            mark = None
        return bound

    def sort(self, parser: Any, group: Any) -> Any:
        """Sort what stands side by side into narrowing, required, optional and banned nodes."""
        nodes = [self.sort(parser, node) if isinstance(node, syntax.GroupNode) else node for node in group]
        # Of "NOT NOT word" the parser leaves a NOT of nothing.
        nodes = [node for node in nodes if not isinstance(node, (Marked, syntax.NotGroup)) or len(node)]
        if not isinstance(group, AnyGroup):
            plain = group.empty_copy()
            plain.extend(_unmarked(node) for node in nodes)
            return plain
        narrowing = sorted((node for node in nodes if _narrows(node)), key=lambda node: str(node.fieldname))
        rest = [node for node in nodes if not _narrows(node)]
        required = [node[0] for node in rest if isinstance(node, Required)]
        banned = [node[0] for node in rest if isinstance(node, (Banned, syntax.NotGroup))]
        optional = [node for node in rest if not isinstance(node, (Marked, syntax.NotGroup))]
        parts = [syntax.OrGroup(list(same)) for _, same in groupby(narrowing, lambda node: node.fieldname)]
        if required and optional:
            parts.append(syntax.AndMaybeGroup([RequiredGroup(required), AnyGroup(optional)]))
        elif required or optional:
            parts.append(RequiredGroup(required) if required else AnyGroup(optional))
        if not banned:
            return syntax.AndGroup(parts) if len(parts) > 1 else parts[0] if parts else AnyGroup()
        excluded = syntax.OrGroup(banned)
        return (
            syntax.AndNotGroup([syntax.AndGroup(parts), excluded]) if parts else syntax.NotGroup([excluded])
        )


def _narrows(node: Any) -> bool:
    return node.has_fieldname and node.fieldname in NARROWING and not isinstance(node, syntax.GroupNode)


def _unmarked(node: Any) -> Any:
    if isinstance(node, Banned):
        return syntax.NotGroup([node[0]])
    return node[0] if isinstance(node, Required) else node


class Pattern(qparser.TaggingPlugin):  # type: ignore[misc]  # Whoosh has no types
    """A word with ``*`` anywhere, or ``?`` before another letter: a question's last word is no pattern."""

    class PatternNode(syntax.TextNode):  # type: ignore[misc]  # Whoosh has no types
        """The raw pattern."""

        qclass = query.Wildcard

        def r(self) -> str:
            """Return the node as debugging shows it."""
            return f"Pattern {self.text!r}"

    expr = r"(?P<text>(?=[^\s()\":]*(?:\*|\?\w))[^\s()\":+\-][^\s()\":]*)"
    nodetype = PatternNode


@cache
def _parser() -> Any:
    fields = "|".join((TITLE, *NARROWING))
    plugins = [
        qparser.WhitespacePlugin(),
        qparser.PhrasePlugin(),
        qparser.GroupPlugin(),
        qparser.OperatorsPlugin(AndNot=None, AndMaybe=None, Require=None),
        qparser.FieldsPlugin(expr=rf"\b(?P<text>{fields}):(?=\S)", remove_unknown=False),
        Pattern(),
        qparser.FuzzyTermPlugin(),
        Markers(),
    ]
    return qparser.QueryParser(TEXT, schema=None, plugins=plugins, group=AnyGroup)


def parse_syntax(text: str) -> query.Query:
    """Parse a query into a tree of raw leaves.

    Args:
        text: The query as typed.

    Returns:
        A Whoosh query tree, not normalised: repeated words stay, since they count twice.

    Raises:
        QueryError: It is nested too deeply.
    """
    straight = text.translate(QUOTES)
    check_depth(straight)
    try:
        return _parser().parse(straight, normalize=False)
    except RecursionError:
        raise QueryError("the query is nested too deeply; use fewer parentheses and operators") from None
