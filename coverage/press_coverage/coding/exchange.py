"""Exchange: units and codes for doccano, Label Studio and INCEpTION, and back.

Units go out under masked ids, which tell no publisher, and come back to their own. Codes are
tables of unit, value and, for a code of some words, start and end in the body; a code of the whole
unit has these empty. Python counts characters (code points). So does Label Studio; doccano and
UIMA, on which INCEpTION is built, count units of UTF-16, in which an emoji is two.
"""

import json
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from xml.sax.saxutils import quoteattr

import pandas as pd

from press_coverage.coding.blinding import mask, unmasked

# which every project of INCEpTION has
LAYER = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
_Span = tuple[int, int] | None  # offsets into the unit's text; None for the unit as a whole
_Code = tuple[_Span, str]  # with its value
_Row = tuple[str, str, _Span, str]  # unit, coder, span, value


def write_doccano(units: pd.DataFrame, path: str | Path, codes: pd.DataFrame | None = None) -> None:
    """Write units as JSON lines for doccano, with codes as spans or as labels of the whole text.

    Leave doccano's option of counting grapheme clusters off.

    Args:
        units: unit, start, text.
        path: the file to write.
        codes: unit, value, and start and end (characters of the body) for a code of some words.

    Raises:
        ValueError: for spans and labels of whole texts in one table.
    """
    lines = []
    for unit, text, coded in _each(units, codes):
        whole = [value for span, value in coded if span is None]
        spans = [[*_utf16(text, span), value] for span, value in coded if span]
        lines.append({"text": text, "label": [*whole, *spans], "unit": mask(unit)})
    if len({type(label) for line in lines for label in line["label"]}) > 1:
        wrong = "a project of doccano has either spans or labels of whole texts"
        raise ValueError(f"{wrong}; write two files")
    written = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    Path(path).write_text(written, encoding="utf-8")


def read_doccano(path: str | Path, units: pd.DataFrame) -> pd.DataFrame:
    """The codes that doccano gives back.

    Args:
        path: a JSONL file, one for each coder and named after them.
        units: the units that were exported.

    Returns:
        unit, coder (the file's name), start, end (characters of the body), value.

    Raises:
        ValueError: with file and line, for a unit that is unknown or whose text was changed, and
            for offsets that fit no character.
    """
    path, known = Path(path), unmasked(units)
    rows: list[_Row] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        entry, where = json.loads(line), f"{path.name}:{number}"
        unit, text = _back(known, entry.get("unit"), entry.get("text", entry.get("data")), where)
        for label in entry.get("label", entry.get("entities", [])):
            rows.append((unit, path.stem, *_doccano_code(label, text, where)))
    return _codes(units, rows)


def _doccano_code(label: Any, text: str, where: str) -> _Code:
    """A label of doccano: a string for the whole text; for a span an object or a list."""
    if isinstance(label, str):
        return None, label
    if isinstance(label, dict):
        label = [label[key] for key in ("start_offset", "end_offset", "label")]
    start, end, value = label
    return _characters(text, (start, end), where), value


def label_studio_interface(*, labels: Sequence[str] = (), choices: Sequence[str] = ()) -> str:
    """The labelling interface to paste into a Label Studio project, as XML.

    Args:
        labels: codes for spans.
        choices: codes for whole units.

    Source:
        https://labelstud.io/tags/text, which asks for the style, without which blanks are cut and
        offsets move.
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
    """Write units as tasks for Label Studio, with codes as predictions: drafts for the coders.

    Args:
        units: unit, start, text.
        path: the JSON file to write.
        codes: unit, value, and start and end (characters of the body) for a code of some words.

    Source:
        https://labelstud.io/guide/task_format.
    """
    tasks = []
    for unit, text, coded in _each(units, codes):
        result = [
            {"id": f"c{number}", "to_name": "text", **_label_studio_code(span, value, text)}
            for number, (span, value) in enumerate(coded)
        ]
        drafts = [{"model_version": "press-coverage", "result": result}] if result else []
        tasks.append({"data": {"text": text, "unit": mask(unit)}, "predictions": drafts})
    Path(path).write_text(json.dumps(tasks, ensure_ascii=False, indent=1), encoding="utf-8")


def _label_studio_code(span: _Span, value: str, text: str) -> dict[str, Any]:
    """A code by the names that `label_studio_interface` gives to labels and choices."""
    if span is None:
        return {"from_name": "code", "type": "choices", "value": {"choices": [value]}}
    start, end = span
    marked = {"start": start, "end": end, "labels": [value], "text": text[start:end]}
    return {"from_name": "label", "type": "labels", "value": marked}


def read_label_studio(path: str | Path, units: pd.DataFrame) -> pd.DataFrame:
    """The codes of a JSON export of Label Studio; predictions are left out.

    Where the marked words are not at the offsets, these are taken for units of UTF-16, which
    versions before 2022 counted. Results that are neither labels nor choices are left out with a
    warning.

    Args:
        path: the exported JSON file.
        units: the units that were exported to Label Studio.

    Returns:
        unit, coder (e-mail or number), start, end (characters of the body), value.

    Raises:
        ValueError: for an unknown unit or a changed text.
    """
    path, known, other = Path(path), unmasked(units), set[str]()
    rows: list[_Row] = []
    for number, task in enumerate(json.loads(path.read_text(encoding="utf-8")), start=1):
        where = f"{path.name}, task {number}"
        unit, text = _back(known, task["data"].get("unit"), task["data"].get("text"), where)
        for coder, result in _label_studio_results(task):
            if result["type"] not in ("choices", "labels"):
                other.add(result["type"])
                continue
            coded = _label_studio_codes(result, text, where)
            rows += [(unit, coder, span, value) for span, value in coded]
    if other:
        types = ", ".join(sorted(other))
        warnings.warn(f"{path.name}: results of type {types} are left out", stacklevel=2)
    return _codes(units, rows)


def _label_studio_results(task: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The results of a task, each with its coder: an e-mail, or a number."""
    for annotation in task.get("annotations", []):
        coder = annotation.get("completed_by")
        if isinstance(coder, dict):
            coder = coder.get("email") or coder.get("id")
        if not annotation.get("was_cancelled"):
            yield from ((str(coder), result) for result in annotation["result"])


def _label_studio_codes(result: dict[str, Any], text: str, where: str) -> list[_Code]:
    """The codes of a result that is choices or labels."""
    value = result.get("value", {})
    if result["type"] == "choices":
        return [(None, choice) for choice in value["choices"]]
    span = start, end = value["start"], value["end"]
    marked = value.get("text", text[start:end])
    if marked != text[start:end]:
        span = start, end = _characters(text, span, where)
        if marked != text[start:end]:
            place = f"{value['start']} to {value['end']}"
            raise ValueError(f"{where}: {marked!r} does not stand at {place}")
    return [(span, label) for label in value["labels"]]


def write_inception(
    units: pd.DataFrame,
    folder: str | Path,
    codes: pd.DataFrame | None = None,
    *,
    layer: str = LAYER,
) -> None:
    """Write a file of UIMA CAS JSON for each unit, to be imported into INCEpTION as documents.

    Args:
        units: unit, start, text.
        folder: where to write the files.
        codes: unit, value, start, end (characters of the body).
        layer: the type of the annotations, with a string feature 'value'; a layer of your own
            must be in the project.

    Raises:
        ValueError: for codes of whole units, which layers of spans do not hold.

    Source:
        https://github.com/apache/uima-uimaj-io-jsoncas, SPECIFICATION.adoc.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    for unit, text, coded in _each(units, codes):
        spans = [(span, value) for span, value in coded if span]
        if len(spans) < len(coded):
            value = next(value for span, value in coded if span is None)
            wrong = f"unit {unit!r} has the code {value!r} as a whole"
            raise ValueError(f"{wrong}; INCEpTION's layers hold codes of words")
        document = json.dumps(_cas(text, spans, layer), ensure_ascii=False, indent=1)
        (Path(folder) / f"{mask(unit)}.json").write_text(document, encoding="utf-8")


def _cas(text: str, codes: Iterable[tuple[tuple[int, int], str]], layer: str) -> dict[str, Any]:
    """A text with its codes as UIMA CAS JSON: their type, the structures, and the view of all."""
    feature = {"%NAME": "value", "%RANGE": "uima.cas.String"}
    types = {layer: {"%NAME": layer, "%SUPER_TYPE": "uima.tcas.Annotation", "value": feature}}
    sofa = {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView"}
    whole = ("uima.tcas.DocumentAnnotation", (0, len(text)), {"language": "x-unspecified"})
    rows = [whole, *((layer, span, {"value": value}) for span, value in codes)]
    structures = [{**sofa, "mimeType": "text", "sofaString": text}]
    for number, (kind, span, features) in enumerate(rows, start=2):
        begin, end = _utf16(text, span)
        place = {"%ID": number, "%TYPE": kind, "@sofa": 1, "begin": begin, "end": end}
        structures.append({**place, **features})
    view = {"%SOFA": 1, "%MEMBERS": [row["%ID"] for row in structures[1:]]}
    return {"%TYPES": types, "%FEATURE_STRUCTURES": structures, "%VIEWS": {"_InitialView": view}}


def read_inception(path: str | Path, units: pd.DataFrame, *, layer: str = LAYER) -> pd.DataFrame:
    """The codes of an INCEpTION project exported as UIMA CAS JSON.

    Args:
        path: the project's folder or ZIP. A file annotation/DOCUMENT/CODER.json is a coder's;
            files by themselves have an empty coder.
        units: the units that were exported to INCEpTION.
        layer: the type of the annotations.

    Returns:
        unit, coder, start, end (characters of the body), value.

    Raises:
        ValueError: where there is no such file, and for an unknown document, a changed text, or
            offsets that fit no character.
    """
    known, documents = unmasked(units), 0
    rows: list[_Row] = []
    for name, data in _files(Path(path)):
        masked, coder = _document_and_coder(name)
        if not masked:
            continue
        documents += 1
        structures = json.loads(data).get("%FEATURE_STRUCTURES", [])
        sofas = [row.get("sofaString") for row in structures if row["%TYPE"] == "uima.cas.Sofa"]
        unit, text = _back(known, masked, sofas[0] if sofas else None, name)
        for row in structures:
            if row["%TYPE"] == layer and row.get("value"):
                begin, end = (row.get(key, row.get(f"^{key}", 0)) for key in ("begin", "end"))
                span = _characters(text, (begin, end), name)
                rows.append((unit, coder, span, row["value"]))
    if not documents:
        remedy = "export the project with that format"
        raise ValueError(f"{path}: no annotations as UIMA CAS JSON; {remedy}")
    return _codes(units, rows)


def _document_and_coder(name: str) -> tuple[str, str]:
    """Whose annotation of which document a file holds; ('', '') for a project's other files."""
    path = PurePosixPath(name)
    if path.parts[-3:-2] == ("annotation",) and path.stem != "INITIAL_CAS":
        return path.parent.stem, path.stem
    return (path.stem if re.fullmatch(r"u[0-9a-f]{12}\.json", name) else "", "")


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    """The JSON files of a folder or a ZIP archive, by their place in it."""
    if path.is_dir():
        for file in sorted(path.rglob("*.json")):
            if file.is_file():
                yield file.relative_to(path).as_posix(), file.read_bytes()
        return
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".json"):
                yield name, archive.read(name)


def _each(
    units: pd.DataFrame, codes: pd.DataFrame | None
) -> Iterator[tuple[str, str, list[_Code]]]:
    """Each unit with its text and its codes, whose offsets count from the unit's beginning."""
    if units.empty:
        raise ValueError("there are no units to write")
    coded: dict[str, list[dict[Any, Any]]] = {}
    for row in [] if codes is None else codes.to_dict("records"):
        coded.setdefault(str(row["unit"]), []).append(row)
    unknown = sorted(set(coded) - set(units["unit"]))
    if unknown:
        raise ValueError(f"codes of unit {unknown[0]!r}, which is not among the units")
    for unit, first, text in zip(units["unit"], units["start"], units["text"], strict=True):
        rows = coded.get(unit, [])
        yield unit, text, [(_span(row, first, text), str(row["value"])) for row in rows]


def _span(row: dict[Any, Any], first: int, text: str) -> _Span:
    """Where a code lies in the text of its unit, which begins at `first` in the body."""
    start, end = row.get("start"), row.get("end")
    if pd.isna(start) or pd.isna(end):
        return None
    start, end = int(start) - first, int(end) - first
    if not 0 <= start < end <= len(text):
        wrong = f"the code {str(row['value'])!r} reaches from {start} to {end}"
        raise ValueError(f"unit {row['unit']!r}: {wrong}, out of its {len(text)} characters")
    return start, end


def _back(
    known: Mapping[str, tuple[str, str]], masked: Any, text: object, where: str
) -> tuple[str, str]:
    """The unit that a masked id is for, and its text."""
    if masked not in known:
        remedy = "give those that were exported"
        raise ValueError(f"{where}: unit {masked!r} is not among the units; {remedy}")
    unit, drawn = known[masked]
    if text != drawn:
        wrong = f"the text of unit {unit!r} was changed, so its offsets mean nothing"
        raise ValueError(f"{where}: {wrong}; import it anew")
    return unit, drawn


def _codes(units: pd.DataFrame, rows: Sequence[_Row]) -> pd.DataFrame:
    """The table of codes that came back, with offsets into the body."""
    first = dict(zip(units["unit"], units["start"], strict=True))
    codes = []
    for unit, coder, span, value in rows:
        start, end = (first[unit] + at for at in span) if span else (None, None)
        codes.append((unit, coder, start, end, value))
    dtypes = {"unit": "str", "coder": "str", "start": "Int64", "end": "Int64", "value": "str"}
    return pd.DataFrame(codes, columns=list(dtypes)).astype(dtypes)


def _utf16(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The units of UTF-16 before each end of a span of characters."""
    start, end = (len(text[:at].encode("utf-16-le")) // 2 for at in span)
    return start, end


def _characters(text: str, span: tuple[int, int], where: str) -> tuple[int, int]:
    """The characters before each end of a span that counts units of UTF-16."""
    data = text.encode("utf-16-le")
    ends = []
    for at in span:
        try:
            if not 0 <= 2 * at <= len(data):
                raise ValueError(at)
            ends.append(len(data[: 2 * at].decode("utf-16-le")))
        except ValueError:  # a half of a pair, too
            raise ValueError(f"{where}: offset {at} fits no character of the text") from None
    return ends[0], ends[1]
