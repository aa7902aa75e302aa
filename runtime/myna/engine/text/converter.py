"""The converter of llama-cpp-python from JSON schemas to grammars, with what it gets wrong put right.

Imported late: most requests have no schema.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from llama_cpp.llama_grammar import RESERVED_NAMES, BuiltinRule, SchemaConverter

_DAYS_31 = '( "0" [13578] | "1" [02] ) "-" ( "0" [1-9] | [12] [0-9] | "3" [01] )'
_DAYS_30 = '( "0" [469] | "11" ) "-" ( "0" [1-9] | [12] [0-9] | "30" )'
_FEBRUARY = '"02-" ( "0" [1-9] | "1" [0-9] | "2" [0-8] )'
_HEX = "[0-9a-fA-F]"

_RULES = {
    # Not every month has 31 days, and there is no year 0.
    "date": BuiltinRule(f'[1-9] [0-9] [0-9] [0-9] "-" ( {_DAYS_31} | {_DAYS_30} | {_FEBRUARY} )'),
    # Half a character (a surrogate) by itself is nothing that strict parsers take.
    "char": BuiltinRule(
        rf'[^"\\] | "\\" (["\\/bfnrt] | "u" ( [0-9a-cA-CefEF] {_HEX} {_HEX} {_HEX} | [dD] [0-7] {_HEX} {_HEX} ))'
    ),
}

_DECIDED = frozenset({"$ref", "oneOf", "anyOf", "allOf", "const", "enum", "pattern", "prefixItems"})
"""What says all of a schema beside its type."""

_GROUP = 1000
"""Repetitions that are counted one by one: llama.cpp allows 2,000. Beyond, whole groups and a rest are counted, for
rests in a row, each of which may be of any length, are looked at in all combinations."""


class _Bounds(NamedTuple):
    """How often something comes."""

    least: int
    most: int | None

    @classmethod
    def of(cls, schema: dict[str, Any]) -> _Bounds | None:
        """Of the characters of a string, or the items of a list."""
        least, most = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}.get(
            schema.get("type", ""), ("", "")
        )
        if not {least, most} & schema.keys():
            return None
        return cls(int(schema.get(least, 0)), int(schema[most]) if most in schema else None)

    def repeated(self, rule: str) -> str:
        """Where `most` is far above `least`, down to a group fewer may be all that fit."""
        pieces = [f"({rule}{{{_GROUP}}}){{{groups}}}"] if (groups := self.least // _GROUP) else []
        pieces += [f"{rule}{{{rest}}}"] if (rest := self.least % _GROUP) else []
        if self.most is None:
            return " ".join([*pieces, f"{rule}*"])
        more = self.most - self.least
        if more > _GROUP:
            pieces.append(f"({rule}{{{_GROUP}}}){{0,{more // _GROUP - 1}}}")
        return " ".join([*pieces, f"{rule}{{0,{min(more, _GROUP)}}}"])

    def separated(self, rule: str) -> str:
        """With commas between."""
        if self.most == 0:
            return ""
        rest = _Bounds(max(0, self.least - 1), None if self.most is None else self.most - 1)
        another = f'( "," space {rule} )'
        items = f"{rule} {rest.repeated(another)}"
        return items if self.least else f"( {items} )?"


class Converter(SchemaConverter):  # type: ignore[misc]
    """Of one schema."""

    def __init__(self) -> None:
        super().__init__(prop_order={}, allow_fetch=False, dotall=False, raw_pattern=False)
        self._names: dict[str, str] = {}

    def _format_literal(self, literal: str) -> str:
        # All literals are JSON. Their backslashes count, and what may stand for itself does.
        plain = json.dumps(json.loads(literal), ensure_ascii=False)
        return json.dumps(plain, ensure_ascii=False)

    def _add_primitive(self, name: str, rule: Any) -> str:
        return str(super()._add_primitive(name, _RULES.get(name, rule)))

    def visit(self, schema: dict[str, Any], name: str) -> str:
        # It writes repetitions as brackets in brackets, too deep from a few hundred on.
        kind, bounds = schema.get("type"), _Bounds.of(schema)
        if bounds is None or _DECIDED & schema.keys():
            return str(super().visit(schema, name))
        if kind == "string":
            char = self._add_primitive("char", _RULES["char"])
            return self._rule(name, f'"\\"" {bounds.repeated(char)} "\\"" space')
        item = self.visit(schema["items"], f"{name}-item" if name else "item")
        return self._rule(name, f'"[" space {bounds.separated(item)} "]" space')

    def _rule(self, name: str, rule: str) -> str:
        return str(self._add_rule(f"{name}-" if name in RESERVED_NAMES else name or "root", rule))

    def _resolve_ref(self, ref: str) -> str:
        # Under names of their own: a definition may be called as a property is, or as another one elsewhere.
        name = self._names.get(ref)
        if name is None:
            name = self._names[ref] = f"definition-{len(self._names)}"
            self._rules[name] = self.visit(self._refs[ref], f"{name}-is")
        return name


def to_gbnf(schema: dict[str, Any]) -> str:
    """GBNF for `schema`. Raises what the converter does."""
    converter = Converter()
    converter.visit(converter.resolve_refs(schema, "stdin"), "")
    return str(converter.format_grammar())
