"""Responses and conversations that are kept: whose they are, what is in them, and how they go."""

from __future__ import annotations

import time

import pytest

from myna.config import ChatSettings, Settings
from myna.messages import ToolCall
from myna.testing import FakeEngine
from myna_serve.responses import keeping
from small_guard import guard

pytestmark = pytest.mark.anyio

NOWHERE = "resp_" + "0" * 32


async def ask(served, text="Hi", headers=None, **fields):
    return (await served.client.post("/v1/responses", json={"input": text, **fields}, headers=headers)).json()


def asked(served):
    """The messages that the model saw last, without the system prompt."""
    return [message.text for message in served.engine.requests[-1].messages if message.role != "system"]


async def text_in_files(home, text):
    return [file for file in (home / "data").rglob("*") if file.is_file() and text.encode() in file.read_bytes()]


async def test_a_response_follows_another(serve):
    served = await serve(FakeEngine(["Hel", "lo"]))
    first = await ask(served, "One", instructions="Be brief.")
    assert (first["store"], first["previous_response_id"]) == (True, None)
    second = await ask(served, [{"role": "user", "content": "Two"}], previous_response_id=first["id"])
    assert second["previous_response_id"] == first["id"]
    await ask(served, "Three", previous_response_id=second["id"], store=False)
    assert asked(served) == ["One", "Hello", "Two", "Hello", "Three"]
    # Instructions are of one response alone.
    assert "Be brief." not in [message.text for message in served.engine.requests[-1].messages]
    # From the first again, another way.
    await ask(served, "Other", previous_response_id=first["id"])
    assert asked(served) == ["One", "Hello", "Other"]


async def test_a_response_whose_call_broke_off_can_be_followed(serve):
    served = await serve(FakeEngine(['<tool_call>{"name":"weather","arguments":{"city": "Pa']))
    tool = {"type": "function", "name": "weather"}
    first = await ask(served, "One", tools=[tool])
    assert [item["status"] for item in first["output"]] == ["incomplete"]
    assert (await ask(served, "Two", previous_response_id=first["id"]))["status"] == "completed"
    assert asked(served) == ["One\nTwo"]


async def test_what_is_kept_is_found_listed_and_deleted(serve, own_home):
    served = await serve(FakeEngine(["Hello"]))
    made = await ask(served, [{"role": "user", "content": "Marmalade"}, {"role": "user", "content": "Two"}])
    path = f"/v1/responses/{made['id']}"
    assert (await served.client.get(path)).json() == made
    listed = (await served.client.get(f"{path}/input_items", params={"limit": 1, "order": "asc"})).json()
    assert [item["content"] for item in listed["data"]] == [[{"type": "input_text", "text": "Marmalade"}]]
    assert listed["has_more"] is True
    rest = await served.client.get(f"{path}/input_items", params={"after": listed["last_id"], "order": "asc"})
    assert [item["content"][0]["text"] for item in rest.json()["data"]] == ["Two"]
    assert await text_in_files(own_home, "Marmalade")
    assert (await served.client.delete(path)).json() == {"id": made["id"], "object": "response", "deleted": True}
    assert await text_in_files(own_home, "Marmalade") == []
    for response in (await served.client.get(path), await served.client.delete(path)):
        assert (response.status_code, response.json()["error"]["type"]) == (404, "not_found_error")
    following = await ask(served, "x", previous_response_id=made["id"])
    assert following["error"]["code"] == "previous_response_not_found"


async def test_what_is_not_to_be_kept_leaves_nothing(serve, own_home):
    served = await serve(FakeEngine(["Mandarin"]))
    made = await ask(served, "Marmalade", store=False)
    assert made["store"] is False
    assert (await served.client.get(f"/v1/responses/{made['id']}")).status_code == 404
    for text in ("Marmalade", "Mandarin"):
        assert await text_in_files(own_home, text) == []


@pytest.mark.parametrize("settings", [{"keep_days": 0}, {"settings": Settings(chat=ChatSettings(record=False))}])
async def test_where_nothing_is_kept_it_says_so(serve, settings):
    served = await serve(**settings)
    assert (await ask(served))["store"] is False
    response = await served.client.post("/v1/conversations", json={})
    assert (response.status_code, response.json()["error"]["code"]) == (501, "not_stored")


async def test_nobody_else_gets_it(serve):
    served = await serve()
    own, other = served.key("own"), served.key("other")
    made = await ask(served, headers=own)
    conversation = (await served.client.post("/v1/conversations", json={}, headers=own)).json()
    for path in (
        f"/v1/responses/{made['id']}", f"/v1/responses/{made['id']}/input_items",
        f"/v1/conversations/{conversation['id']}", f"/v1/conversations/{conversation['id']}/items",
    ):  # fmt: skip
        assert (await served.client.get(path, headers=other)).status_code == 404, path
        assert (await served.client.get(path, headers=own)).status_code == 200, path
    for path in (f"/v1/responses/{made['id']}", f"/v1/conversations/{conversation['id']}"):
        assert (await served.client.delete(path, headers=other)).status_code == 404
    assert "error" in await ask(served, previous_response_id=made["id"], headers=other)
    assert "error" in await ask(served, conversation=conversation["id"], headers=other)
    assert (await served.client.get(f"/v1/responses/{made['id']}", headers=own)).status_code == 200


async def test_a_conversation_collects_its_responses(serve, own_home):
    served = await serve(FakeEngine(["Hello"]))
    begun = {"items": [{"role": "user", "content": "My name is Ann."}], "metadata": {"topic": "names"}}
    conversation = (await served.client.post("/v1/conversations", json=begun)).json()
    assert (conversation["object"], conversation["metadata"]) == ("conversation", {"topic": "names"})
    path = f"/v1/conversations/{conversation['id']}"
    made = await ask(served, "One", conversation=conversation["id"])
    assert made["conversation"] == {"id": conversation["id"]}
    last = await ask(served, "Two", conversation={"id": conversation["id"]})
    assert asked(served) == ["My name is Ann.\nOne", "Hello", "Two"]
    listed = (await served.client.get(f"{path}/items", params={"order": "asc"})).json()["data"]
    said = [part["text"] for item in listed for part in item["content"]]
    assert said == ["My name is Ann.", "One", "Hello", "Two", "Hello"]
    # A branch from the first of them knows what came before it and no more.
    await ask(served, "Else", previous_response_id=made["id"])
    assert asked(served) == ["My name is Ann.\nOne", "Hello", "Else"]
    assert (await served.client.delete(path)).json()["deleted"] is True
    assert (await served.client.get(f"/v1/responses/{last['id']}")).status_code == 404
    assert await text_in_files(own_home, "My name is Ann.") == []


async def test_it_expires(serve, monkeypatch):
    served = await serve(keep_days=2)
    made = await ask(served)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 1.9 * keeping.DAY_S)
    assert (await served.client.get(f"/v1/responses/{made['id']}")).status_code == 200
    monkeypatch.setattr(time, "time", lambda: real() + 2.1 * keeping.DAY_S)
    assert (await served.client.get(f"/v1/responses/{made['id']}")).status_code == 404
    assert await (await served.assistant.store()).discard_expired() == 1


async def test_one_key_cannot_fill_the_disk(serve, monkeypatch):
    served = await serve()
    own, other = served.key("own"), served.key("other")
    kept = await ask(served, headers=other)
    monkeypatch.setattr(keeping, "MOST_KEPT", 2)
    made = [await ask(served, f"{at}", headers=own) for at in range(3)]
    found = [(await served.client.get(f"/v1/responses/{one['id']}", headers=own)).status_code for one in made]
    assert found == [404, 200, 200]
    monkeypatch.setattr(keeping, "MOST_BYTES", 5000)
    big = await ask(served, "x" * 6000, headers=own)
    found = [(await served.client.get(f"/v1/responses/{one['id']}", headers=own)).status_code for one in [*made, big]]
    assert found == [404, 404, 404, 200]
    assert (await served.client.get(f"/v1/responses/{kept['id']}", headers=other)).status_code == 200


async def test_the_guard_decides_what_is_kept(serve, own_home):
    served = await serve(plugins=[guard()])
    masked = await ask(served, "my card")
    listed = (await served.client.get(f"/v1/responses/{masked['id']}/input_items")).json()["data"]
    assert listed[0]["content"][0]["text"] == "my ***"
    assert await text_in_files(own_home, "my card") == []
    # What was blocked is not asked again with each question that follows.
    blocked = await ask(served, "a bomb")
    assert blocked["incomplete_details"] == {"reason": "content_filter"}
    following = await ask(served, "tea", previous_response_id=blocked["id"])
    assert following["status"] == "completed"
    assert asked(served) == ["tea"]
    assert await text_in_files(own_home, "a bomb") == []


async def test_tools_go_on_from_a_response(serve):
    served = await serve(FakeEngine(['<tool_call>{"name":"f","arguments":{}}</tool_call>']))
    tools = [{"type": "function", "name": "f"}]
    made = await ask(served, tools=tools, tool_choice="required")
    (call,) = made["output"]
    result = {"type": "function_call_output", "call_id": call["call_id"], "output": "It rains."}
    await ask(served, [result], previous_response_id=made["id"])
    question, said, answer = [one for one in served.engine.requests[-1].messages if one.role != "system"]
    assert question.text == "Hi"
    (made_call,) = [part for part in said.parts if isinstance(part, ToolCall)]
    assert (made_call.id, made_call.name, made_call.arguments) == (call["call_id"], "f", "{}")
    assert [(part.text, part.call) for part in answer.parts] == [("It rains.", call["call_id"])]


@pytest.mark.parametrize(
    "wrong",
    [
        {"previous_response_id": NOWHERE}, {"previous_response_id": "../../etc/passwd"}, {"previous_response_id": "\0"},
        {"conversation": "conv_" + "0" * 32}, {"conversation": ""}, {"conversation": {"id": 5}},
        {"previous_response_id": NOWHERE, "conversation": "conv_" + "0" * 32}, {"metadata": {"a": "x" * 513}},
        {"metadata": {str(at): "" for at in range(17)}}, {"store": "yes please"},
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_refused(serve, wrong):
    served = await serve()
    response = await served.client.post("/v1/responses", json={"input": "x", **wrong})
    assert response.status_code in {400, 404} or wrong == {"conversation": ""}
    assert "Traceback" not in response.text


@pytest.mark.parametrize("name", ["x", NOWHERE, "%00", "..%2f..%2fetc", "resp_%27;drop table", "resp_" + "A" * 32])
async def test_names_that_are_none(serve, name):
    served = await serve()
    for path in (f"/v1/responses/{name}", f"/v1/responses/{name}/input_items", f"/v1/conversations/{name}"):
        assert (await served.client.get(path)).status_code == 404
    assert (await served.client.delete(f"/v1/responses/{name}")).status_code == 404


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"order": "up"}, {"after": "msg_nothing"}])
async def test_pages_that_make_no_sense(serve, params):
    served = await serve()
    made = await ask(served)
    response = await served.client.get(f"/v1/responses/{made['id']}/input_items", params=params)
    assert response.status_code == 400
