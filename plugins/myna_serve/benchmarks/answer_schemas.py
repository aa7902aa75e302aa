"""JSON schemas as programs send them: of every kind that is enforced, and some forms as they are in use."""

from __future__ import annotations

from typing import Any


def _object(properties: dict[str, Any], *optional: str, **more: Any) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False, **more}


KINDS: list[dict[str, Any]] = [
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

FORMS: list[dict[str, Any]] = [
    _object(
        {
            "number": {"type": "string", "pattern": "^INV-20[0-9]{2}-[0-9]{4}$"},
            "date": {"type": "string", "format": "date"},
            "customer": _object(
                {
                    "name": {"type": "string", "minLength": 2, "maxLength": 30},
                    "email": {"type": "string", "format": "email"},
                    "address": _object(
                        {
                            "city": {"type": "string", "maxLength": 20},
                            "zip": {"type": "string", "pattern": "^[0-9]{5}(-[0-9]{4})?$"},
                        }
                    ),
                }
            ),
            "lines": {
                "type": "array",
                "minItems": 1,
                "maxItems": 3,
                "items": _object(
                    {
                        "article": {"type": "string", "maxLength": 20},
                        "count": {"type": "integer", "minimum": 1, "maximum": 99},
                        "price": {"type": "number", "minimum": 0, "maximum": 9999},
                    }
                ),
            },
            "currency": {"enum": ["EUR", "USD", "CNY"]},
            "paid": {"type": "boolean"},
        }
    ),
    _object(
        {
            "title": {"type": "string", "minLength": 3, "maxLength": 40},
            "priority": {"enum": ["low", "medium", "high", "urgent"]},
            "labels": {
                "type": "array",
                "items": {"enum": ["bug", "question", "hardware", "billing"]},
                "minItems": 1,
                "maxItems": 3,
            },
            "assignee": {"anyOf": [{"type": "string", "pattern": "^[a-z]{2,12}$"}, {"type": "null"}]},
            "due": {"type": "string", "format": "date-time"},
        }
    ),
    _object(
        {
            "姓名": {"type": "string", "minLength": 2, "maxLength": 8},
            "科室": {"enum": ["内科", "外科", "儿科", "眼科"]},
            "手机": {"type": "string", "pattern": "^1[3-9][0-9]{9}$"},
            "体温": {"type": "number", "minimum": 34, "maximum": 43},
            "症状": {"type": "array", "items": {"type": "string", "maxLength": 10}, "minItems": 1, "maxItems": 3},
            "就诊": {"type": "string", "format": "date"},
        }
    ),
    _object(
        {
            "device": {"type": "string", "pattern": "^(lamp|blind|heating)-[0-9]{1,2}$"},
            "action": {
                "anyOf": [
                    _object({"set": {"const": "level"}, "percent": {"type": "integer", "minimum": 0, "maximum": 100}}),
                    _object({"set": {"const": "scene"}, "name": {"enum": ["evening", "reading", "away"]}}),
                ]
            },
            "at": {"type": "string", "format": "time"},
        }
    ),
    _object(
        {
            "host": {"type": "string", "format": "ipv4"},
            "port": {"type": "integer", "minimum": 1, "maximum": 65535},
            "url": {"type": "string", "format": "uri"},
            "retries": {"type": "integer", "minimum": 0, "maximum": 5},
            "timeout": {"type": "number", "exclusiveMinimum": 0, "maximum": 60},
            "note": {"type": ["string", "null"], "maxLength": 30},
        },
        "note",
    ),
]
"""Five, as programs fill them in: an invoice, a ticket, a visit to a doctor, a command and a connection."""
