"""Install the wheel alone, outside the checkout, and use it as a stranger would: `make wheel`.

A fresh environment without extras and with an empty HOME loads, cleans, annotates and counts, and
mypy finds nothing in a user's script with strict settings. The environment's size is printed.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
LARGEST = 350  # MB of the packages without extras
SCRIPT = '''"""What a user writes."""

from pathlib import Path

import pandas as pd

import press_coverage as pc

folder = Path("corpus/The Harrow Ledger")
folder.mkdir(parents=True)
for number, who in enumerate(("Kim Jong Un", "Donald Trump", "Sergei Lavrov")):
    text = f"Talks go on\\n{who} said on Friday that the sanctions were a mistake.\\nMost read"
    (folder / f"{number}.txt").write_text(text, encoding="utf-8")
articles, ledger = pc.load("corpus", progress=False)
articles, removed = pc.clean(articles, progress=False)
notes = pc.annotate(articles, progress=False)
shares: pd.DataFrame = pc.rates(articles, notes.frames, by="publisher")
words: pd.DataFrame = pc.kwic(articles, notes.mentions)
print(shares[["publisher", "frame", "counted", "estimate"]].to_string(index=False))
assert len(articles) == 3 and shares["counted"].max() == 3 and len(words) >= 3
assert removed["rule"].eq("heading").sum() == 3, removed
'''


def main() -> None:
    """Exit 1 where a step fails or the packages are too large."""
    wheel = next(Path(sys.argv[1]).glob("*.whl")).resolve()
    uv = Path(sys.executable).with_name("uv")
    with tempfile.TemporaryDirectory() as place:
        home, user = Path(place, "home"), Path(place, "user")
        home.mkdir()
        user.mkdir()
        alone = {"HOME": str(home), "PATH": os.environ["PATH"], "UV_PYTHON_DOWNLOADS": "never"}
        alone |= {
            key: os.environ[key] for key in os.environ if key.startswith(("UV_", "PIP_", "SSL"))
        }

        def run(*command: object, **env: str) -> None:
            print("$", *(Path(str(part)).name for part in command), flush=True)
            subprocess.run([*map(str, command)], cwd=user, env=alone | env, check=True)

        run(sys.executable, "-m", "venv", "--without-pip", "fresh")
        python = user / "fresh" / "bin" / "python"
        cache = {"UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache" / "uv"))}
        constraints = ROOT / "requirements.txt"
        run(uv, "pip", "install", "-q", "--python", python, "-c", constraints, wheel, **cache)
        Path(user, "script.py").write_text(SCRIPT, encoding="utf-8")
        run(python, "script.py")
        files = (path for path in Path(user, "fresh", "lib").rglob("*") if path.is_file())
        size = sum(path.stat().st_size for path in files) / 1e6
        # pandas has its types in a package of its own
        run(
            uv,
            "pip",
            "install",
            "-q",
            "--python",
            python,
            "-c",
            constraints,
            "pandas-stubs",
            **cache,
        )
        run(sys.executable, "-m", "mypy", "--strict", "--python-executable", python, "script.py")
    print(f"{size:.0f} MB of packages without extras, {LARGEST} at most")
    sys.exit(int(size > LARGEST))


if __name__ == "__main__":
    main()
