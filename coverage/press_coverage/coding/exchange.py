"""Exchange: units and codes for doccano, Label Studio and INCEpTION, and back.

Units go out under masked ids, which tell no publisher, and come back to their own. Codes are tables of unit, value and, for a code of some
words, start and end in the body; a code of the whole unit has these empty. Python counts characters (code points). So does Label Studio;
doccano and UIMA, on which INCEpTION is built, count units of UTF-16, in which an emoji is two.
"""

import json
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from xml.sax.saxutils import quoteattr

import pandas as pd

from press_coverage.coding.sampling import mask

LAYER = (
    "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"  # which every project of INCEpTION has
)
_PLACE = re.compile(
    r"(?:.*/)?annotation/([^/]+)/([^/]+)\.json|(u[0-9a-f]{12}\.json)()"
)  # document and coder
_Row = tuple[str, str, int | None, int | None, str]  # unit, coder, start, end, value
_Codes = list[tuple[int | None, int | None, str]]  # offsets into the unit's text, and the value


def write_doccano(units: pd.DataFrame, path: str | Path, codes: pd.DataFrame | None = None) -> None:
    """Write units, with codes where given, as JSON lines for doccano: spans for sequence labelling, or labels of the whole text.

    Leave doccano's option of counting grapheme clusters off. Raises ValueError for spans and labels of whole texts in one table.
    """
    lines = []
    for unit, text, own in _each(units, codes):
        whole = [value for start, _, value in own if start is None]
        spans = [
            [_utf16(text, start), _utf16(text, end), value]
            for start, end, value in own
            if start is not None and end is not None
        ]
        lines.append({"text": text, "label": [*whole, *spans], "unit": mask(unit)})
    kinds = {type(label) for line in lines for label in line["label"]}
    if len(kinds) > 1:
        raise ValueError(
            "a project of doccano has either spans or labels of whole texts; write two files"
        )
    Path(path).write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
    )


def read_doccano(path: str | Path, units: pd.DataFrame) -> pd.DataFrame:
    """The codes that doccano gives back (JSONL, a file for each coder): unit, coder (the file's name), start, end, value.

    Raises ValueError, with file and line, for a unit that is unknown or whose text was changed, and for offsets that fit no character.
    """
    path, known = Path(path), _masks(units)
    rows: list[_Row] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        entry, where = json.loads(line), f"{path.name}:{number}"
        unit, text = _back(known, entry.get("unit"), entry.get("text", entry.get("data")), where)
        for label in entry.get("label", entry.get("entities", [])):
            if isinstance(label, str):
                rows.append((unit, path.stem, None, None, label))
            else:
                start, end, value = (
                    [label[k] for k in ("start_offset", "end_offset", "label")]
                    if isinstance(label, dict)
                    else label
                )
                rows.append(
                    (unit, path.stem, _points(text, start, where), _points(text, end, where), value)
                )
    return _codes(units, rows)


def label_studio_interface(*, labels: Sequence[str] = (), choices: Sequence[str] = ()) -> str:
    """The labelling interface to paste into a Label Studio project: labels for spans, choices for whole units.

    Source: https://labelstud.io/tags/text, which asks for the style, without which blanks are cut and offsets move.
    """
    options = {"Labels": ("label", "Label", labels), "Choices": ("code", "Choice", choices)}
    parts = ["<View>", "  <Style>.htx-text{ white-space: pre-wrap; }</Style>"]
    for tag, (name, item, values) in options.items():
        inside = "".join(f"\n    <{item} value={quoteattr(value)}/>" for value in values)
        parts += [f'  <{tag} name="{name}" toName="text">{inside}\n  </{tag}>'] if values else []
    return "\n".join([*parts, '  <Text name="text" value="$text"/>', "</View>"])


def write_label_studio(
    units: pd.DataFrame, path: str | Path, codes: pd.DataFrame | None = None
) -> None:
    """Write units as tasks for Label Studio, with codes where given as predictions, which coders see as a draft.

    Source: https://labelstud.io/guide/task_format.
    """
    tasks = []
    for unit, text, own in _each(units, codes):
        result: list[dict[str, Any]] = []
        for start, end, value in own:
            whole = {"from_name": "code", "type": "choices", "value": {"choices": [value]}}
            span = {
                "from_name": "label",
                "type": "labels",
                "value": {"start": start, "end": end, "labels": [value]},
            }
            result.append(
                {"id": f"c{len(result)}", "to_name": "text", **(whole if start is None else span)}
            )
            if start is not None:
                result[-1]["value"]["text"] = text[start:end]
        drafts = [{"model_version": "press-coverage", "result": result}] if result else []
        tasks.append({"data": {"text": text, "unit": mask(unit)}, "predictions": drafts})
    Path(path).write_text(json.dumps(tasks, ensure_ascii=False, indent=1), encoding="utf-8")


def read_label_studio(path: str | Path, units: pd.DataFrame) -> pd.DataFrame:
    """The codes of a JSON export of Label Studio: unit, coder (its e-mail or number), start, end, value; predictions are left out.

    Where the marked words do not stand at the offsets, these are taken for units of UTF-16, which versions before 2022 counted. Results
    that are neither labels nor choices are left out with a warning. Raises ValueError for an unknown unit or a changed text.
    """
    path, known, other = Path(path), _masks(units), set()
    rows: list[_Row] = []
    for number, task in enumerate(json.loads(path.read_text(encoding="utf-8")), start=1):
        where = f"{path.name}, task {number}"
        unit, text = _back(known, task["data"].get("unit"), task["data"].get("text"), where)
        for annotation in task.get("annotations", []):
            who = annotation.get("completed_by")
            coder = str(who.get("email") or who.get("id") if isinstance(who, dict) else who)
            for result in annotation["result"] if not annotation.get("was_cancelled") else []:
                value = result.get("value", {})
                if result["type"] == "choices":
                    rows += [(unit, coder, None, None, choice) for choice in value["choices"]]
                elif result["type"] == "labels":
                    start, end = value["start"], value["end"]
                    if value.get("text", text[start:end]) != text[start:end]:
                        start, end = _points(text, start, where), _points(text, end, where)
                        if value["text"] != text[start:end]:
                            raise ValueError(
                                f"{where}: {value['text']!r} does not stand at {value['start']} to {value['end']}"
                            )
                    rows += [(unit, coder, start, end, label) for label in value["labels"]]
                else:
                    other.add(result["type"])
    if other:
        warnings.warn(
            f"{path.name}: results of type {', '.join(sorted(other))} are left out", stacklevel=2
        )
    return _codes(units, rows)


def write_inception(
    units: pd.DataFrame,
    folder: str | Path,
    codes: pd.DataFrame | None = None,
    *,
    layer: str = LAYER,
) -> None:
    """Write a file of UIMA CAS JSON for each unit, to be imported into INCEpTION as documents, with codes of words where given.

    `layer` is the type of the annotations, with a string feature 'value'; a layer of your own must be in the project. Raises ValueError
    for codes of whole units, which layers of spans do not hold.

    Source: https://github.com/apache/uima-uimaj-io-jsoncas, SPECIFICATION.adoc.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    types = {
        layer: {
            "%NAME": layer,
            "%SUPER_TYPE": "uima.tcas.Annotation",
            "value": {"%NAME": "value", "%RANGE": "uima.cas.String"},
        }
    }
    for unit, text, own in _each(units, codes):
        body = [
            {
                "%TYPE": "uima.tcas.DocumentAnnotation",
                "begin": 0,
                "end": _utf16(text, len(text)),
                "language": "x-unspecified",
            }
        ]
        for start, end, value in own:
            if start is None or end is None:
                raise ValueError(
                    f"unit {unit!r} has the code {value!r} as a whole; INCEpTION's layers hold codes of words"
                )
            body.append(
                {
                    "%TYPE": layer,
                    "begin": _utf16(text, start),
                    "end": _utf16(text, end),
                    "value": value,
                }
            )
        sofa = {
            "%ID": 1,
            "%TYPE": "uima.cas.Sofa",
            "sofaNum": 1,
            "sofaID": "_InitialView",
            "mimeType": "text",
            "sofaString": text,
        }
        structures = [
            sofa,
            *(
                {"%ID": at, "%TYPE": row.pop("%TYPE"), "@sofa": 1, **row}
                for at, row in enumerate(body, start=2)
            ),
        ]
        views = {"_InitialView": {"%SOFA": 1, "%MEMBERS": list(range(2, len(structures) + 1))}}
        whole = {"%TYPES": types, "%FEATURE_STRUCTURES": structures, "%VIEWS": views}
        (Path(folder) / f"{mask(unit)}.json").write_text(
            json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8"
        )


def read_inception(path: str | Path, units: pd.DataFrame, *, layer: str = LAYER) -> pd.DataFrame:
    """The codes of an INCEpTION project exported as UIMA CAS JSON (its folder or ZIP): unit, coder, start, end, value.

    A file annotation/DOCUMENT/CODER.json is a coder's; files by themselves have an empty coder. Raises ValueError where there is no such
    file, and for an unknown document, a changed text, or offsets that fit no character.
    """
    read, known = 0, _masks(units)
    rows: list[_Row] = []
    for name, data in _files(Path(path)):
        found = _PLACE.fullmatch(name)
        if not found or found[2] == "INITIAL_CAS":
            continue
        structures = json.loads(data).get("%FEATURE_STRUCTURES", [])
        sofa = next(
            (row.get("sofaString") for row in structures if row["%TYPE"] == "uima.cas.Sofa"), None
        )
        unit, text = _back(known, PurePosixPath(found[1] or found[3]).stem, sofa, name)
        read += 1
        for row in structures:
            if row["%TYPE"] == layer and row.get("value"):
                start, end = (row.get(key, row.get(f"^{key}", 0)) for key in ("begin", "end"))
                rows.append(
                    (
                        unit,
                        found[2] or "",
                        _points(text, start, name),
                        _points(text, end, name),
                        row["value"],
                    )
                )
    if not read:
        raise ValueError(
            f"{path}: no annotations as UIMA CAS JSON; export the project with that format"
        )
    return _codes(units, rows)


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    """The JSON files of a folder or a ZIP archive, by their place in it."""
    if path.is_dir():
        yield from (
            (file.relative_to(path).as_posix(), file.read_bytes())
            for file in sorted(path.rglob("*.json"))
            if file.is_file()
        )
        return
    with zipfile.ZipFile(path) as archive:
        yield from (
            (name, archive.read(name))
            for name in sorted(archive.namelist())
            if name.endswith(".json")
        )


def _each(units: pd.DataFrame, codes: pd.DataFrame | None) -> Iterator[tuple[str, str, _Codes]]:
    """Each unit with its text and its codes, whose offsets count from the unit's own beginning."""
    if units.empty:
        raise ValueError("there are no units to write")
    own: dict[str, _Codes] = {}
    for row in [] if codes is None else codes.to_dict("records"):
        start, end = row.get("start"), row.get("end")
        place = (None, None) if pd.isna(start) or pd.isna(end) else (int(start), int(end))
        own.setdefault(str(row["unit"]), []).append((*place, str(row["value"])))
    strange = sorted(set(own) - set(units["unit"]))
    if strange:
        raise ValueError(f"codes of unit {strange[0]!r}, which is not among the units")
    for unit, first, text in zip(units["unit"], units["start"], units["text"], strict=True):
        found: _Codes = []
        for start, end, value in own.get(unit, []):
            if start is not None and end is not None:
                start, end = start - first, end - first
                if not 0 <= start < end <= len(text):
                    raise ValueError(
                        f"unit {unit!r}: the code {value!r} reaches from {start} to {end}, out of its {len(text)} characters"
                    )
            found.append((start, end, value))
        yield unit, text, found


def _masks(units: pd.DataFrame) -> dict[object, tuple[str, str]]:
    """Each unit, and its text, by its masked id."""
    return {
        mask(unit): (unit, text) for unit, text in zip(units["unit"], units["text"], strict=True)
    }


def _back(
    known: dict[object, tuple[str, str]], masked: object, text: object, where: str
) -> tuple[str, str]:
    """The unit that a masked id stands for, and its text."""
    if masked not in known:
        raise ValueError(
            f"{where}: unit {masked!r} is not among the units; give those that were exported"
        )
    unit, own = known[masked]
    if text != own:
        raise ValueError(
            f"{where}: the text of unit {unit!r} was changed, so its offsets mean nothing; import it anew"
        )
    return unit, own


def _codes(units: pd.DataFrame, rows: Sequence[_Row]) -> pd.DataFrame:
    """The table of codes that came back, with offsets into the body."""
    first = dict(zip(units["unit"], units["start"], strict=True))
    moved = [
        (*row[:2], *(None if at is None else at + first[row[0]] for at in row[2:4]), row[4])
        for row in rows
    ]
    table = pd.DataFrame(moved, columns=["unit", "coder", "start", "end", "value"])
    return table.astype(
        {"unit": "str", "coder": "str", "start": "Int64", "end": "Int64", "value": "str"}
    )


def _utf16(text: str, at: int) -> int:
    """How many units of UTF-16 stand before a character."""
    return len(text[:at].encode("utf-16-le")) // 2


def _points(text: str, at: int, where: str) -> int:
    """How many characters stand before a unit of UTF-16."""
    data = text.encode("utf-16-le")
    try:
        if not 0 <= 2 * at <= len(data):
            raise ValueError(at)
        return len(data[: 2 * at].decode("utf-16-le"))
    except ValueError:  # a half of a pair, too
        raise ValueError(f"{where}: offset {at} fits no character of the text") from None
