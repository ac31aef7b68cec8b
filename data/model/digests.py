"""Digests that tie a figure to the code and weights it was measured with: digests.json.

The scripts that measure write a digest beside their figures; `make gate` computes it again and
refuses figures of other code. Comments, docstrings and formatting do not count.
"""

import ast
import hashlib
import json
from pathlib import Path

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "coverage" / "press_coverage"
RECORDS = HERE / "digests.json"
GROUND = ("text", "tables", "models", "codebooks")
# of each file of figures: the rooms whose code it depends on, the weights, and the codebooks
DEPENDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "figures.json": (
        (*GROUND, "cleaning"),
        ("lines.npz", "pages.npz"),
        ("boilerplate.csv", "words/*.csv", "patterns/*.csv"),
    ),
    "voice.json": (
        (*GROUND, "annotation"),
        ("voice_de.npz", "voice_en.npz"),
        ("actors.csv", "cues.csv", "offices.csv", "roles.csv", "words/*.csv", "patterns/*.csv"),
    ),
    "policy.json": ((*GROUND, "annotation/frames"), ("policy.npz",), ()),
}


def digest(name: str) -> str:
    """The SHA-256 of the code, weights and codebooks that a file of figures depends on."""
    rooms, weights, books = DEPENDS[name]
    whole = hashlib.sha256()
    for room in rooms:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            whole.update(path.relative_to(PACKAGE).as_posix().encode() + code(path).encode())
    files = [PACKAGE / "models" / name for name in weights]
    files += [path for book in books for path in sorted((PACKAGE / "codebooks").glob(book))]
    for path in files:
        whole.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return whole.hexdigest()


def code(path: Path) -> str:
    """What a Python file does, without what it says of itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_text(body[0]):
            node.body = body[1:]  # type: ignore[attr-defined]
    return ast.dump(tree)


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def recorded() -> dict[str, str]:
    """The digests as they were when the figures were measured."""
    known: dict[str, str] = json.loads(RECORDS.read_text(encoding="utf-8"))
    return known


def record(name: str) -> None:
    """Tie a file of figures, just measured, to the code as it is."""
    known = recorded() if RECORDS.exists() else {}
    known[name] = digest(name)
    RECORDS.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n", encoding="utf-8")
