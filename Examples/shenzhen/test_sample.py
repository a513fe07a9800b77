#!/usr/bin/env python3
"""Checks the sample city: every code, every type file, every generated row. Standard library only.

python3 Examples/shenzhen/test_sample.py
"""

import collections
import csv
import datetime
import glob
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LEVELS = {"direct": 3, "municipal": 43, "district": 11, "enterprise": 19}
KEYWORDS = {
    "type", "properties", "required", "additionalProperties", "enum", "const", "minLength", "maxLength",
    "minimum", "maximum", "items", "minItems", "maxItems", "format", "pattern", "$defs", "$ref",
}
STANDARD = [
    "number", "holders", "issue_date", "valid_from", "valid_until", "identifier", "name", "type_code",
    "issuing_authority", "previous_identifier",
]


def is_uscc(code):
    """Written apart from the generator on purpose: GB 32100, and GB 11714 inside it."""
    if len(code) != 18 or any(c not in ALPHABET for c in code):
        return False
    return sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17])) % 31 == (
        31 - ALPHABET.index(code[17])) % 31


def has_organisation_check(code):
    body, check = code[8:16], code[16]
    rest = 11 - sum(int(c, 36) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    return check == {10: "X", 11: "0"}.get(rest, str(rest))


def is_citizen_id(code):
    if not re.fullmatch(r"[0-9]{17}[0-9X]", code):
        return False
    datetime.datetime.strptime(code[6:14], "%Y%m%d")
    digits = [10 if c == "X" else int(c) for c in code]
    return sum(d * pow(2, 17 - i, 11) for i, d in enumerate(digits)) % 11 == 1


def departments():
    with open(os.path.join(HERE, "departments.csv"), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def type_files():
    for path in sorted(glob.glob(os.path.join(HERE, "types", "*.json"))):
        with open(path, encoding="utf-8") as file:
            yield os.path.basename(path)[:-5], json.load(file)


def resolve(schema, root):
    return root["$defs"][schema["$ref"].removeprefix("#/$defs/")] if "$ref" in schema else schema


def faults(value, schema, root, path=""):
    schema = resolve(schema, root)
    if "const" in schema and value != schema["const"]:
        yield path + ": const"
    if "enum" in schema and value not in schema["enum"]:
        yield path + ": enum"
    if schema["type"] == "object":
        for name in schema.get("required", []):
            if name not in value:
                yield f"{path}.{name}: missing"
        for name, inner in value.items():
            if name not in schema["properties"]:
                yield f"{path}.{name}: unknown"
            else:
                yield from faults(inner, schema["properties"][name], root, f"{path}.{name}")
    elif schema["type"] == "array":
        if not schema["minItems"] <= len(value) <= schema["maxItems"]:
            yield path + ": items"
        for inner in value:
            yield from faults(inner, schema["items"], root, path + "[]")
    elif schema["type"] == "string":
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9):
            yield path + ": length"
        if "pattern" in schema and not re.fullmatch(schema["pattern"][1:-1], value):
            yield path + ": pattern"
        if schema.get("format") == "date":
            datetime.date.fromisoformat(value)
    elif schema["type"] in ("integer", "number"):
        if not schema["minimum"] <= value <= schema["maximum"]:
            yield path + ": range"


def keywords(schema):
    yield from schema
    for name in ("properties", "$defs"):
        for inner in schema.get(name, {}).values():
            yield from keywords(inner)
    if "items" in schema:
        yield from keywords(schema["items"])


def typed(text, schema):
    kind = schema["type"]
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    return int(text) if kind == "integer" else float(text) if kind == "number" else text


def claims(row, schema):
    """The type's own claims of a CSV row, as the columns' names say: a.b in objects, a_1 in arrays."""
    found = {}
    for name, inner in schema["properties"].items():
        inner = resolve(inner, schema)
        if inner["type"] == "object":
            found[name] = {
                n: typed(row[f"{name}.{n}"], resolve(s, schema))
                for n, s in inner["properties"].items() if row.get(f"{name}.{n}")}
        elif inner["type"] == "array":
            cells = [row.get(f"{name}_{n}") for n in range(1, inner["maxItems"] + 1)]
            values = [typed(cell, inner["items"]) for cell in cells if cell]
            if values:
                found[name] = values
        elif row.get(name):
            found[name] = typed(row[name], inner)
    return found


def holders(row, subjects):
    prefixes = ["holder_"] if subjects == 1 else [f"holder_{n}_" for n in range(1, subjects + 1)]
    return [tuple(row[p + part] for part in ("name", "code", "code_type"))
            for p in prefixes if row[p + "code"]]


class SampleCity(unittest.TestCase):
    def test_codes_agree_with_the_external_vectors(self):
        near = [os.path.join(HERE, up, "shared/vectors") for up in ("../../..", "../../../..")]
        roots = [os.environ["KANHE_VECTORS"]] if "KANHE_VECTORS" in os.environ else near
        paths = [os.path.join(root, "identifiers", "uscc.json") for root in roots]
        path = next((path for path in paths if os.path.exists(path)), None)
        if path is None:
            self.assertFalse(os.environ.get("CI"), "no vectors: set KANHE_VECTORS")
            self.skipTest("no vectors: set KANHE_VECTORS")
        with open(path, encoding="utf-8") as file:
            vectors = json.load(file)
        self.assertTrue(all(is_uscc(code) for code in vectors["valid"]))
        self.assertFalse(any(is_uscc(code) for code in vectors["invalid"]))

    def test_the_city_has_76_units_with_valid_codes(self):
        rows = departments()
        self.assertEqual(collections.Counter(row["level"] for row in rows), LEVELS)
        with open(os.path.join(HERE, "registry.json"), encoding="utf-8") as file:
            codes = [row["code"] for row in rows] + [json.load(file)["code"]]
        self.assertEqual(len(set(codes)), 77)
        for code in codes:
            self.assertTrue(is_uscc(code) and has_organisation_check(code), code)
        for row in rows:
            kind = "91440300" if row["level"] == "enterprise" else "11440300"
            self.assertTrue(row["code"].startswith(kind))
            self.assertTrue(row["name"] and row["name_en"])

    def test_type_files_keep_to_the_format(self):
        units = {row["code"] for row in departments()}
        files = list(type_files())
        self.assertEqual(len(files), 12)
        for code, file in files:
            self.assertEqual(file["code"], code)
            self.assertRegex(code, r"^[0-9A-Z]{18}[0-9]{3}$")
            self.assertIn(code[:18], units)
            self.assertTrue(set(file["issuers"]) <= units)
            self.assertIn(code[:18], file["issuers"])
            self.assertEqual(file["unique"], ["number"])
            self.assertTrue(1 <= file["copies"] <= file["subjects"] <= 16)
            schema = file["schema"]
            self.assertTrue(set(keywords(schema)) <= KEYWORDS)
            self.assertIs(schema["additionalProperties"], False)
            paths = [tuple(claim["path"]) for claim in file["metadata"]["claims"]]
            self.assertEqual(len(paths), len(set(paths)))
            tops = {path[0] for path in paths}
            predicates = {predicate["name"] for predicate in file.get("predicates", [])}
            self.assertEqual(tops, set(STANDARD) | set(schema["properties"]) | predicates)
            for locale in ("zh-CN", "en"):
                labels = [d["label"] for claim in file["metadata"]["claims"]
                          for d in claim["display"] if d["locale"] == locale]
                self.assertEqual(len(set(labels)), len(paths), (code, locale))
            for duty in file["duties"]:
                self.assertEqual(set(duty), {"department", "claims", "purpose", "citation"})
                self.assertIn(duty["department"], units)
                self.assertTrue(set(duty["claims"]) <= tops)
                self.assertRegex(duty["purpose"], r"^[a-z]+(-[a-z]+)*$")

    def test_every_unit_has_a_duty(self):
        units = {row["code"] for row in departments()}
        self.assertEqual(units, {duty["department"] for _, file in type_files() for duty in file["duties"]})

    def test_generator_explains_itself(self):
        generate = [sys.executable, os.path.join(HERE, "generate")]
        for option in ("--help", "-h"):
            told = subprocess.run(generate + [option], capture_output=True, text=True)
            self.assertEqual((told.returncode, told.stderr), (0, ""))
            for word in ("COUNT", "DIR", "Example:", "kanhe certificate issue"):
                self.assertIn(word, told.stdout)
        for wrong in ([], ["ten", "sheets"], ["20000000", "sheets"]):
            refused = subprocess.run(generate + wrong, capture_output=True, text=True)
            self.assertEqual((refused.returncode, refused.stdout), (64, ""))
            self.assertTrue(refused.stderr.strip())

    def test_generated_rows_are_valid_unique_and_recur(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, os.path.join(HERE, "generate"), "20000", folder], check=True)
            people, rows_in_all, empty, rare = collections.Counter(), 0, 0, 0
            for code, file in type_files():
                with open(os.path.join(folder, code + ".csv"), encoding="utf-8", newline="") as text:
                    rows = list(csv.DictReader(text))
                rows_in_all += len(rows)
                self.assertEqual(len({row["number"] for row in rows}), len(rows), code)
                for row in rows:
                    found = list(faults(claims(row, file["schema"]), file["schema"], file["schema"]))
                    self.assertEqual(found, [], (code, row))
                    self.assertLessEqual(row["valid_from"], row["valid_until"] or "9999")
                    datetime.date.fromisoformat(row["issue_date"])
                    empty += not row["valid_until"]
                    persons = holders(row, file["subjects"])
                    self.assertTrue(persons)
                    self.assertEqual(len({p[1] for p in persons}), len(persons))
                    for name, holder, kind in persons:
                        rare += "\U00020BB7" in name
                        self.assertTrue(is_uscc(holder) if kind == "001" else is_citizen_id(holder))
                    people.update({p[1] for p in persons})
            self.assertEqual(rows_in_all, 20000)
            self.assertGreater(sum(1 for n in people.values() if n >= 3), 1000)
            self.assertGreater(empty, 1000)
            self.assertGreater(rare, 50)

    def test_the_generator_is_deterministic_and_exact(self):
        def files(count):
            with tempfile.TemporaryDirectory() as folder:
                subprocess.run([sys.executable, os.path.join(HERE, "generate"), str(count), folder], check=True)
                return {path.name: path.read_bytes() for path in sorted(pathlib.Path(folder).iterdir())}
        self.assertEqual(files(300), files(300))
        for count in (0, 1, 11, 12, 13, 300):
            written = files(count)
            self.assertEqual(len(written), 12)
            self.assertEqual(sum(text.count(b"\r\n") - 1 for text in written.values()), count)


if __name__ == "__main__":
    unittest.main()
