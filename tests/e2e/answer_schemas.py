"""JSON schemas as programs send them, of every kind that is enforced."""

from __future__ import annotations

from typing import Any


def _object(properties: dict[str, Any], *optional: str, **more: Any) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False, **more}


SCHEMAS: list[dict[str, Any]] = [
    _object({"city": {"type": "string", "maxLength": 20}, "days": {"type": "integer", "minimum": 1, "maximum": 9}}),
    _object({"mood": {"enum": ["good", "bad", "so-so"]}, "sure": {"type": "boolean"}}),
    _object({"城市": {"type": "string", "minLength": 1, "maxLength": 12}, "人口": {"type": "integer", "minimum": 0}}),
    _object({"天气": {"enum": ["晴", "雨", "雪"]}, "温度": {"type": "number", "minimum": -40, "maximum": 50}}),
    _object({"tags": {"type": "array", "items": {"type": "string", "maxLength": 10}, "minItems": 1, "maxItems": 4}}),
    _object(
        {
            "who": _object(
                {"name": {"type": "string", "maxLength": 30}, "age": {"type": "integer", "exclusiveMinimum": 0}}
            )
        }
    ),
    _object(
        {"plate": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"}, "when": {"type": "string", "format": "date"}}
    ),
    _object({"id": {"type": "string", "format": "uuid"}, "at": {"type": "string", "format": "date-time"}}),
    _object(
        {"from": {"$ref": "#/$defs/place"}, "to": {"$ref": "#/$defs/place"}},
        **{"$defs": {"place": _object({"x": {"type": "integer"}, "y": {"type": "integer"}})}},
    ),
    _object({"answer": {"anyOf": [{"type": "string", "maxLength": 15}, {"type": "integer"}, {"type": "null"}]}}),
    {
        "anyOf": [
            _object({"kind": {"const": "circle"}, "radius": {"type": "number", "minimum": 0}}),
            _object({"kind": {"const": "square"}, "side": {"type": "number", "minimum": 0}}),
        ]
    },
    _object(
        {"note": {"type": ["string", "null"], "maxLength": 20}, "stars": {"type": "integer", "minimum": 1}}, "note"
    ),
    {"type": "object", "additionalProperties": {"type": "integer"}},
    _object({"pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}], "items": False}}),
    _object(
        {"tree": {"$ref": "#/$defs/node"}},
        **{
            "$defs": {
                "node": _object(
                    {
                        "name": {"type": "string", "maxLength": 8},
                        "under": {"type": "array", "maxItems": 2, "items": {"$ref": "#/$defs/node"}},
                    },
                    "under",
                )
            }
        },
    ),
    {"type": "array", "items": _object({"word": {"type": "string", "maxLength": 12}}), "minItems": 2, "maxItems": 3},
    _object({"share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, "ok": {"const": True}}),
    _object({"code": {"oneOf": [{"type": "integer", "minimum": 100, "maximum": 599}, {"enum": ["none"]}]}}),
    _object({"title": {"type": "string", "minLength": 3, "maxLength": 40}, 'quote"d': {"type": "boolean"}}),
    {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
            {"type": "object", "properties": {"b": {"type": "boolean"}}, "required": ["b"]},
        ]
    },
]
