"""Has LibreOffice compute a planning workbook, and holds it against what the workbook stores.

usage: workbook.py BOOK
       workbook.py BOOK --edit NAME=VALUE ... --against FRESH

Without edits: every formula is computed anew and must give the result that is stored beside it (numbers to 1e-6 of
their size, whole numbers and texts exactly).

With edits: the named cells are set, everything is computed anew, and every formula whose cell does not say
`re-run needed` must give what FRESH, a workbook of a run with the same edits, stores in the same cell.

Needs soffice and nothing beyond the standard library. Ends with 1 where anything differs or nothing was compared.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
RERUN = "re-run needed"

# Compute on loading, always: 0.
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>en-US</value></prop></item>
</oor:items>
"""


def sheets(book):
    """(name, path of its part) of every sheet, in order."""
    relations = {
        it.get("Id"): it.get("Target")
        for it in ET.fromstring(book.read("xl/_rels/workbook.xml.rels")).iter(PACKAGE + "Relationship")
    }
    workbook = ET.fromstring(book.read("xl/workbook.xml"))
    for sheet in workbook.iter(MAIN + "sheet"):
        target = relations[sheet.get(REL + "id")].lstrip("/")
        yield sheet.get("name"), target if target.startswith("xl/") else "xl/" + target


def names(book):
    """Names of the workbook and their cells."""
    workbook = ET.fromstring(book.read("xl/workbook.xml"))
    return {it.get("name"): it.text for it in workbook.iter(MAIN + "definedName")}


def shared_strings(book):
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    root = ET.fromstring(book.read("xl/sharedStrings.xml"))
    return ["".join(text.text or "" for text in it.iter(MAIN + "t")) for it in root.iter(MAIN + "si")]


def cells(path):
    """{(sheet, cell): (value, whether it is a formula)} of a workbook."""
    found = {}
    with zipfile.ZipFile(path) as book:
        strings = shared_strings(book)
        for name, part in sheets(book):
            for cell in ET.fromstring(book.read(part)).iter(MAIN + "c"):
                value = cell.find(MAIN + "v")
                text = None if value is None else value.text
                kind = cell.get("t", "n")
                if kind == "inlineStr":
                    text = "".join(it.text or "" for it in cell.iter(MAIN + "t"))
                elif kind == "s":
                    text = strings[int(text)]
                elif kind == "n" and text is not None:
                    text = float(text)
                found[name, cell.get("r")] = (text, cell.find(MAIN + "f") is not None)
    return found


def edited(path, edits, target):
    """A copy of the workbook with the named cells set."""
    with zipfile.ZipFile(path) as book:
        places, parts = names(book), dict(sheets(book))
        changes = {}
        for edit in edits:
            name, value = edit.split("=", 1)
            if name not in places:
                sys.exit(f"{path}: no cell is called `{name}`")
            sheet, cell = places[name].replace("$", "").split("!")
            changes.setdefault(parts[sheet.strip("'")], {})[cell] = float(value)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            for item in book.infolist():
                text = book.read(item.filename)
                for cell, value in changes.get(item.filename, {}).items():
                    text = set_cell(text.decode(), cell, value).encode()
                out.writestr(item, text)


def set_cell(text, cell, value):
    pattern = re.compile(rf'<c r="{cell}"((?: s="\d+")?)(?: t="\w+")?(?:/>|>.*?</c>)')
    changed, count = pattern.subn(lambda it: f'<c r="{cell}"{it.group(1)}><v>{value!r}</v></c>', text, count=1)
    if count != 1:
        sys.exit(f"{cell}: the cell is not there")
    return changed


def recomputed(path, folder):
    """The workbook as LibreOffice computes it."""
    profile = os.path.join(folder, "profile")
    os.makedirs(os.path.join(profile, "user"), exist_ok=True)
    with open(os.path.join(profile, "user", "registrymodifications.xcu"), "w", encoding="utf-8") as out:
        out.write(SETTINGS)
    outdir = os.path.join(folder, "out")
    command = [
        "soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", "--convert-to",
        "xlsx:Calc MS Excel 2007 XML", "--outdir", outdir, path,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    result = os.path.join(outdir, os.path.basename(path))
    if done.returncode != 0 or not os.path.exists(result):
        sys.exit(f"{path}: LibreOffice does not open it: {done.stderr.strip()}")
    return cells(result)


def same(found, wanted):
    if isinstance(found, float) and isinstance(wanted, float):
        if wanted == int(wanted) and abs(wanted) < 1e15:
            return abs(found - wanted) <= 1e-9 * max(1.0, abs(wanted))
        return abs(found - wanted) <= 1e-6 * abs(wanted)
    return found == wanted


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("book")
    parser.add_argument("--edit", nargs="+", default=[])
    parser.add_argument("--against")
    asked = parser.parse_args()
    folder = tempfile.mkdtemp()
    try:
        book = os.path.join(folder, os.path.basename(asked.book))
        edited(asked.book, asked.edit, book)
        found, stored = recomputed(book, folder), cells(asked.against or asked.book)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    formulas = [at for at, (_, is_formula) in cells(asked.book).items() if is_formula]
    compared, rerun, wrong = 0, 0, []
    for at in formulas:
        value, wanted = found.get(at, (None, True))[0], stored.get(at, (None, True))[0]
        # The checks and the marks of edits are there to differ.
        if at[0] == "Inputs" and asked.edit and not isinstance(wanted, float) and wanted in ("as run", "edited"):
            continue
        if at[0] == "Inputs" and asked.edit and wanted == 1.0 and at[1].startswith("B"):
            continue
        if value == RERUN:
            rerun += 1
            if not asked.edit:
                wrong.append(f"{at[0]}!{at[1]}: {RERUN}, though nothing was edited")
        else:
            compared += 1
            if not same(value, wanted):
                wrong.append(f"{at[0]}!{at[1]}: {value!r}, wanted {wanted!r}")
    for line in wrong[:40]:
        print(line)
    what = " ".join(asked.edit) or "nothing edited"
    print(
        f"{os.path.basename(asked.book)}, {what}: {len(formulas)} formulas, {compared} compared, "
        f"{rerun} say `{RERUN}`, {len(wrong)} differ"
    )
    sys.exit(1 if wrong or compared == 0 else 0)


if __name__ == "__main__":
    main()
