"""The page at `/docs`: the OpenAPI document to read, in one file without scripts, so that it needs no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24 }
h2 { font-size: 1.1rem; margin: 2rem 0 .3rem } code { font: .9em ui-monospace, monospace }
table { border-collapse: collapse; width: 100% } td { border-top: 1px solid #d5d9de; padding: .3rem .8rem .3rem 0;
vertical-align: top } @media (prefers-color-scheme: dark) { body { background: #14171a; color: #e3e6e9 } }
"""


def page(document: Mapping[str, Any]) -> str:
    """HTML for an OpenAPI `document`."""
    schemas = document.get("components", {}).get("schemas", {})
    parts = [part for path, item in document["paths"].items() for part in _endpoint(path, item, schemas)]
    title = f"{escape(document['info']['title'])} {escape(document['info']['version'])}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"<h1>{title}</h1><p>An OpenAI-compatible API. Clients take <code>/v1</code> at this address as their "
        "base URL. "
        f'The whole description is in <a href="/openapi.json">openapi.json</a>.</p>{"".join(parts)}</html>'
    )


def _endpoint(path: str, item: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[str]:
    for method, operation in item.items():
        yield f"<h2><code>{method.upper()} {escape(path)}</code></h2><p>{escape(operation.get('summary', ''))}</p>"
        for content in operation.get("requestBody", {}).get("content", {}).values():
            yield _fields(_resolved(content.get("schema", {}), schemas), schemas)


def _fields(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    rows = [
        f"<tr><td><code>{escape(name)}</code>{' (required)' if name in required else ''}</td>"
        f"<td>{escape(_kind(field, schemas))}</td></tr>"
        for name, field in schema.get("properties", {}).items()
    ]
    return f"<table>{''.join(rows)}</table>" if rows else ""


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found: Mapping[str, Any] = schemas.get(name, schema)
    return found


def _kind(field: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """In a few words."""
    if "anyOf" in field or "oneOf" in field:
        kinds = [_kind(one, schemas) for one in field.get("anyOf") or field["oneOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "enum" in field or "const" in field:
        return ", ".join(str(value) for value in field.get("enum", [field.get("const")]))
    kind = str(field.get("type", "any"))
    if kind == "array":
        return f"list of {_kind(field.get('items', {}), schemas)}"
    limits = [f"{word} {field[key]}" for key, word in _LIMITS.items() if key in field]
    return ", ".join([kind, *limits])


_LIMITS = {
    "minimum": "from",
    "exclusiveMinimum": "above",
    "maximum": "to",
    "exclusiveMaximum": "below",
    "maxLength": "characters up to",
}
