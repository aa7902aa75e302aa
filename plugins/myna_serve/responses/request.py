"""What `/v1/responses` takes, turned into a chat completion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from myna_serve.chat.request import (
    MOST_MESSAGES,
    ChatMessage,
    ChatRequest,
    Function,
    FunctionCall,
    ImagePart,
    ImageUrl,
    JsonSchema,
    NamedFunction,
    NamedTool,
    Part,
    ResponseFormat,
    Strict,
    TextPart,
    Tool,
    ToolCall,
)
from myna_serve.faults import bad


class InputText(Strict):
    type: Literal["input_text", "output_text"]
    text: str
    annotations: list[Any] | None = None
    logprobs: list[Any] | None = None


class InputImage(Strict):
    type: Literal["input_image"]
    image_url: str
    detail: Literal["auto", "low", "high"] | None = None


Content = Annotated[InputText | InputImage, Field(discriminator="type")]


class MessageItem(Strict):
    type: Literal["message"] = "message"
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[Content]
    id: str | None = None
    status: str | None = None


class CallItem(Strict):
    type: Literal["function_call"]
    call_id: str
    name: str
    arguments: str
    id: str | None = None
    status: str | None = None


class ResultItem(Strict):
    type: Literal["function_call_output"]
    call_id: str
    output: str
    id: str | None = None
    status: str | None = None


Item = MessageItem | CallItem | ResultItem


class FlatTool(Function):
    type: Literal["function"]


class FlatChoice(Strict):
    type: Literal["function"]
    name: str


class FlatFormat(Strict):
    type: Literal["text", "json_object", "json_schema"]
    name: str = Field(default="answer", max_length=64)
    description: str | None = None
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")
    strict: bool | None = None


class TextOptions(Strict):
    format: FlatFormat | None = None
    verbosity: str | None = None


class NamedConversation(Strict):
    id: str


Metadata = Annotated[
    dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=512)]], Field(max_length=16)
]
"""As OpenAI has it."""


class ResponseRequest(Strict):
    model: str = ""
    input: str | list[Item] = Field(max_length=32 * 1024 * 1024)
    instructions: str | None = None
    max_output_tokens: int | None = Field(default=None, ge=1, le=2**31 - 1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    text: TextOptions | None = None
    tools: list[FlatTool] | None = Field(default=None, max_length=128)
    tool_choice: Literal["none", "auto", "required"] | FlatChoice | None = None
    parallel_tool_calls: bool | None = None
    stream: bool | None = None
    store: bool | None = None
    previous_response_id: str | None = None
    conversation: str | NamedConversation | None = None
    metadata: Metadata | None = None
    # Known, and without meaning here:
    reasoning: dict[str, Any] | None = None
    include: list[str] | None = None
    truncation: Literal["disabled"] | None = None
    user: str | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None
    service_tier: str | None = None


def as_chat(asked: ResponseRequest, earlier: Sequence[Item] = ()) -> ChatRequest:
    """The same as a chat completion, after `earlier` items. Raises `Fault` where it makes no sense."""
    messages = [ChatMessage(role="system", content=asked.instructions)] if asked.instructions else []
    messages += [_message(item) for item in earlier]
    if isinstance(asked.input, str):
        messages.append(ChatMessage(role="user", content=asked.input))
    else:
        messages += [_message(item) for item in asked.input]
    if not 1 <= len(messages) <= MOST_MESSAGES:
        raise bad(f"input: 1 to {MOST_MESSAGES} items are possible", "input")
    choice = asked.tool_choice
    return ChatRequest(
        model=asked.model,
        messages=messages,
        max_completion_tokens=asked.max_output_tokens,
        temperature=asked.temperature,
        top_p=asked.top_p,
        response_format=_format(asked.text),
        parallel_tool_calls=asked.parallel_tool_calls,
        tools=[_tool(tool) for tool in asked.tools] if asked.tools else None,
        tool_choice=NamedTool(type="function", function=NamedFunction(name=choice.name))
        if isinstance(choice, FlatChoice)
        else choice,
    )


def _message(item: Item) -> ChatMessage:
    if isinstance(item, CallItem):
        call = ToolCall(id=item.call_id, function=FunctionCall(name=item.name, arguments=item.arguments))
        return ChatMessage(role="assistant", tool_calls=[call])
    if isinstance(item, ResultItem):
        return ChatMessage(role="tool", content=item.output, tool_call_id=item.call_id)
    if isinstance(item.content, str):
        return ChatMessage(role=item.role, content=item.content)
    return ChatMessage(role=item.role, content=[_part(part) for part in item.content])


def _part(part: InputText | InputImage) -> Part:
    if isinstance(part, InputText):
        return TextPart(type="text", text=part.text)
    return ImagePart(type="image_url", image_url=ImageUrl(url=part.image_url, detail=part.detail))


def _tool(tool: FlatTool) -> Tool:
    function = Function(name=tool.name, description=tool.description, parameters=tool.parameters, strict=tool.strict)
    return Tool(type="function", function=function)


def _format(text: TextOptions | None) -> ResponseFormat | None:
    if text is None or text.format is None:
        return None
    if text.format.type != "json_schema":
        return ResponseFormat(type=text.format.type)
    if text.format.schema_ is None:
        raise bad("text.format: schema is missing", "text.format")
    return ResponseFormat(type="json_schema", json_schema=JsonSchema(name=text.format.name, schema=text.format.schema_))
