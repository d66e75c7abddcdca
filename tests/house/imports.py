"""The imports of the product's modules, read from their source, lazy ones and those for types included."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEAVES = (ast.Name, ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)


@cache
def modules() -> dict[str, Path]:
    """Return each module of the product, with its file."""
    files = (path for top in ("dragoman", "indexer", "searcher") for path in (ROOT / top).rglob("*.py"))
    return {".".join(_parts(path.relative_to(ROOT).with_suffix(""))): path for path in files}


def _parts(path: Path) -> tuple[str, ...]:
    return path.parts[:-1] if path.name == "__init__" else path.parts


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Return all nodes of a module except names and operators, once for all tests of a process."""
    found: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    for node in found:  # which grows
        for name in node._fields:
            value = getattr(node, name)
            values = value if isinstance(value, list) else [value]
            found += [one for one in values if isinstance(one, ast.AST) and not isinstance(one, LEAVES)]
    return found


@cache
def graph() -> dict[str, set[str]]:
    """Return for each module of the product those that it imports anywhere."""
    known = modules()
    return {name: _imported(path, known) - {name} for name, path in known.items()}


def _imported(path: Path, known: dict[str, Path]) -> set[str]:
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in known else node.module)
    return found & known.keys()


def circles(edges: dict[str, set[str]]) -> list[set[str]]:
    """Return the largest sets of nodes that all reach each other, of two nodes or more (Tarjan, 1972).

    Args:
        edges: Node to the nodes that it leads to.
    """
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(node: str) -> None:
        order[node] = low[node] = len(order)
        stack.append(node)
        for other in edges[node]:
            if other not in order:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], order[other])
        if low[node] == order[node]:
            at = stack.index(node)
            part = set(stack[at:])
            del stack[at:]
            if len(part) > 1:
                found.append(part)

    for node in edges:
        if node not in order:
            visit(node)
    return found
