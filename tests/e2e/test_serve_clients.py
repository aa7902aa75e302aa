"""Clients that exist already, as their users set them up, against the running server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from serving import MODEL

CAPITAL = "What is the capital of France?"
PICTURE = Path(__file__).parents[1] / "plugins" / "vision" / "pictures" / "cat.jpg"
TRIP = {
    "title": "Trip",
    "description": "A trip",
    "type": "object",
    "properties": {
        "city": {"type": "string", "maxLength": 20},
        "days": {"type": "integer", "minimum": 1, "maximum": 9},
    },
    "required": ["city", "days"],
    "additionalProperties": False,
}
MODELS = """
- model_id: myna
  model_name: default
  api_base: {url}/v1
  vision: true
  supports_schema: true
  supports_tools: true
- model_id: myna-old
  model_name: default
  api_base: {url}/v1
  completion: true
"""


def test_simon_willisons_llm(served, install, tmp_path):
    install("efficientnet-lite0")
    (tmp_path / "extra-openai-models.yaml").write_text(MODELS.format(url=served.url))
    # A home of its own: no key, no plugin and no log of whoever runs the tests.
    home = {"LLM_USER_PATH": str(tmp_path), "LLM_LOAD_PLUGINS": "", "HOME": str(tmp_path), "OPENAI_API_KEY": ""}

    def llm(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "llm", *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, **home},
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "Paris" in llm("-m", "myna", CAPITAL, "-o", "temperature", "0", "-o", "max_tokens", "30")
    # What it has kept of the conversation goes on from there.
    assert llm("-c", "-m", "myna", "And of Italy?", "-o", "max_tokens", "20").strip()
    trip = json.loads(
        llm("-m", "myna", "Where to?", "--schema", json.dumps(TRIP), "--no-stream", "-o", "max_tokens", "200")
    )
    assert set(trip) == {"city", "days"}
    assert "cat" in llm("-m", "myna", "What is in the picture?", "-a", str(PICTURE), "-o", "max_tokens", "60")
    function = "def clock(zone: str) -> str:\n    'The time in a zone'\n    return 'noon'\n"
    assert llm("-m", "myna", "Hello", "--functions", function, "-o", "max_tokens", "20").strip()
    assert "Paris" in llm("-m", "myna-old", CAPITAL, "-o", "temperature", "0")


@pytest.fixture
def chat(served, monkeypatch):
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(
        model=MODEL, base_url=f"{served.url}/v1", api_key="none", temperature=0, max_tokens=60, max_retries=0
    )


def test_langchain(chat):
    whole = chat.invoke(CAPITAL)
    assert "Paris" in whole.content
    assert whole.usage_metadata["total_tokens"] > 0
    assert whole.response_metadata["finish_reason"] == "stop"
    parts = list(chat.stream(CAPITAL, stream_usage=True))
    assert "".join(part.content for part in parts) == whole.content
    assert any(part.usage_metadata for part in parts)
    assert ["Paris" in answer.content for answer in chat.batch([CAPITAL, "Hello!"])] == [True, False]
    for method in ("json_schema", "function_calling", "json_mode"):
        structured = chat.model_copy(update={"max_tokens": 200}).with_structured_output(
            None if method == "json_mode" else TRIP, method=method
        )
        trip = structured.invoke("Where shall we go, and for how long? Answer as JSON.")
        assert isinstance(trip, dict)
        assert method == "json_mode" or set(trip) == {"city", "days"}

    from langchain_core.messages import HumanMessage, ToolMessage
    from langchain_core.tools import tool

    @tool
    def weather(city: str) -> str:
        """The weather in a city."""
        return f"Rain in {city}"

    bound = chat.model_copy(update={"max_tokens": 200}).bind_tools([weather], tool_choice="weather")
    asked = HumanMessage("What is the weather in Paris?")
    called = bound.invoke([asked])
    (call,) = called.tool_calls
    assert call["name"] == "weather"
    streamed = None
    for part in bound.stream([asked]):
        streamed = part if streamed is None else streamed + part
    assert [(one["name"], one["args"]) for one in streamed.tool_calls] == [("weather", call["args"])]
    told = ToolMessage(weather.invoke(call["args"]), tool_call_id=call["id"])
    assert chat.bind_tools([weather], tool_choice="none").invoke([asked, called, told]).content
