"""A text model in ONNX through the whole program: by path, in the catalog, in a chat, and for clients of the server.

The model is tiny and says nothing that means anything; all around it is real.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openai
import pytest

from myna.testing.tiny_onnx import write_tiny_onnx

SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 8}, "age": {"type": "integer", "minimum": 1, "maximum": 9}},
    "required": ["name", "age"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny-bird"
    write_tiny_onnx(folder, "shared", external=True)
    return folder


def test_it_answers_by_its_path_and_by_its_name(bare_myna: Any, folder: Path, tmp_path: Path) -> None:
    asked = ("ask", "hello", "--temperature", "0", "--max-tokens", "12", "--json")
    by_path = json.loads(bare_myna(*asked, "--model", str(folder)).out)
    assert by_path["usage"]["completion_tokens"] == 12
    imported = bare_myna("models", "import", str(folder), "--json")
    assert (imported.status, json.loads(imported.out)["id"]) == (0, "tiny-bird")
    # The only chat model is the default.
    by_name = json.loads(bare_myna(*asked).out)
    assert (by_name["model"], by_name["text"]) == ("tiny-bird", by_path["text"])
    schema = tmp_path / "schema.json"
    schema.write_text(json.dumps(SCHEMA))
    fitting = bare_myna("ask", "a cat", "--schema", str(schema), "--max-tokens", "80", "--seed", "1")
    assert set(json.loads(fitting.out)) == {"name", "age"}
    chatted = bare_myna("chat", stdin="hello\n/regenerate\n")
    assert (chatted.status, bool(chatted.out.strip())) == (0, True)


def test_clients_of_the_server_get_what_they_ask_for(bare_myna: Any, folder: Path) -> None:
    assert bare_myna("models", "import", str(folder)).status == 0
    with bare_myna.start("serve", "--port", "0", "--json") as process:
        printed = b""
        while not printed.rstrip().endswith(b"]"):
            line = process.stdout.readline()
            assert line, process.stderr.read().decode()
            printed += line
        address = f"http://127.0.0.1:{json.loads(printed)[0]['port']}/v1"
        with openai.OpenAI(base_url=address, api_key="none", max_retries=0, timeout=60) as client:
            answers(client)
        process.terminate()
        process.wait(30)


def answers(client: openai.OpenAI) -> None:
    asked: dict[str, Any] = {"model": "tiny-bird", "messages": [{"role": "user", "content": "hello"}]}
    drawn = client.chat.completions.create(
        **asked,
        n=2,
        seed=3,
        temperature=1.5,
        max_completion_tokens=8,
        logprobs=True,
        top_logprobs=2,
        frequency_penalty=0.5,
    )
    first, second = drawn.choices
    assert first.message.content != second.message.content
    assert all(token.logprob <= 0 for token in first.logprobs.content)
    form = {"type": "json_schema", "json_schema": {"name": "bird", "schema": SCHEMA, "strict": True}}
    fitting = client.chat.completions.create(**asked, seed=1, max_completion_tokens=80, response_format=form)
    assert set(json.loads(fitting.choices[0].message.content)) == {"name", "age"}
    tool = {"type": "function", "function": {"name": "meet", "description": "Meet a bird", "parameters": SCHEMA}}
    called = client.chat.completions.create(
        **asked, seed=1, max_completion_tokens=120, tools=[tool], tool_choice="required"
    )
    call = called.choices[0].message.tool_calls[0].function
    assert (call.name, set(json.loads(call.arguments))) == ("meet", {"name", "age"})
    streamed = client.chat.completions.create(**asked, temperature=0, max_completion_tokens=6, stream=True)
    whole = client.chat.completions.create(**asked, temperature=0, max_completion_tokens=6)
    text = "".join(part.choices[0].delta.content or "" for part in streamed if part.choices)
    assert text == whole.choices[0].message.content
