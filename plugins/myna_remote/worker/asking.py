"""A request of Myna as OpenAI's API has it."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from myna.engine.protocols import Sampling, TextRequest
from myna.errors import UsageError
from myna.messages import Image, Message, Part, Text, ToolCall
from myna.remote_settings import RemoteModel
from myna.tools import ToolUse

from .faults import unknown_field

MOST_STOPS = 4
"""As OpenAI has it. All are watched for here as well."""

MOST_ALTERNATIVES = 20
"""As OpenAI has it."""

_DEFAULT = msgspec.structs.asdict(Sampling())

_FIELDS = {"top_p": "top_p", "frequency_penalty": "frequency_penalty", "presence_penalty": "presence_penalty"}
"""Their names there, for samplers that all servers know."""

_OWN: dict[str, dict[str, str]] = {
    "openai": {},
    "myna": {"top_k": "top_k", "min_p": "min_p", "repeat_penalty": "repeat_penalty"},
    "vllm": {"top_k": "top_k", "min_p": "min_p", "repeat_penalty": "repetition_penalty"},
    "llama.cpp": {
        **{
            name: name
            for name in (
                "top_k", "min_p", "typical_p", "top_n_sigma", "xtc_probability", "xtc_threshold", "dynatemp_range",
                "dynatemp_exponent", "repeat_penalty", "dry_multiplier", "dry_base", "dry_allowed_length",
                "mirostat", "mirostat_tau", "mirostat_eta",
            )
        },
        "penalty_last_n": "repeat_last_n",
        "dry_penalty_last_n": "dry_penalty_last_n",
        "dry_breakers": "dry_sequence_breakers",
    },
}  # fmt: skip
"""... and for those that one kind of server knows besides."""


def body_of(model: RemoteModel, request: TextRequest) -> dict[str, Any]:
    """What is sent to `chat/completions` for `request`.

    Raises:
        UsageError: the server cannot do what is asked.
    """
    if not request.messages:
        raise unknown_field(model.name, "a prompt without messages")
    body: dict[str, Any] = {
        "model": model.model,
        "messages": [one for message in request.messages for one in _messages(model, message, request)],
        "stream": True,
        "stream_options": {"include_usage": True},
        **_sampling(model, request.sampling),
    }
    if request.max_tokens:
        body["max_tokens"] = request.max_tokens
    if request.stop:
        body["stop"] = list(request.stop[:MOST_STOPS])
    body |= _form(model, request)
    if request.logprobs is not None:
        if not model.logprobs:
            raise unknown_field(model.name, "logprobs")
        body |= {"logprobs": True, "top_logprobs": min(request.logprobs, MOST_ALTERNATIVES)}
    if request.tools:
        if not model.tools:
            raise unknown_field(model.name, "tools")
        body |= _tools(request.tools)
    return body


def _tools(use: ToolUse) -> dict[str, Any]:
    """What may be called, and what must be."""
    told = [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": msgspec.Raw(tool.parameters.encode()),
                **({"strict": True} if tool.strict else {}),
            },
        }
        for tool in use.tools
    ]
    found: dict[str, Any] = {"tools": told}
    if use.required:
        found["tool_choice"] = "required"
    if use.most == 1:
        found["parallel_tool_calls"] = False
    return found


def _form(model: RemoteModel, request: TextRequest) -> dict[str, Any]:
    """What the answer must look like, and how it comes about."""
    found: dict[str, Any] = {}
    if request.schema:
        if not model.schema:
            raise unknown_field(model.name, "a JSON schema")
        schema = {"name": "answer", "strict": True, "schema": msgspec.Raw(request.schema.encode())}
        found["response_format"] = {"type": "json_schema", "json_schema": schema}
    if request.grammar:
        if model.server != "llama.cpp":
            raise unknown_field(model.name, "a grammar")
        found["grammar"] = request.grammar
    if request.template_options:
        if model.server not in {"llama.cpp", "vllm"}:
            raise unknown_field(model.name, "an option of the chat template")
        found["chat_template_kwargs"] = request.template_options
    if request.loras:
        raise unknown_field(model.name, "a LoRA adapter")
    return found


def _sampling(model: RemoteModel, sampling: Sampling) -> dict[str, Any]:
    """What somebody chose; all else is as the server has it."""
    found: dict[str, Any] = {}
    if sampling.temperature >= 0:
        found["temperature"] = sampling.temperature
    if sampling.seed is not None:
        found["seed"] = sampling.seed
    if sampling.logit_bias:
        found["logit_bias"] = {str(token): bias for token, bias in sampling.logit_bias.items()}
    names = {**_FIELDS, **_OWN[model.server]}
    for field, value in msgspec.structs.asdict(sampling).items():
        if field in {"temperature", "seed", "logit_bias"} or value == _DEFAULT[field]:
            continue
        if field not in names:
            raise unknown_field(model.name, field)
        found[names[field]] = value
    return found


def _messages(model: RemoteModel, message: Message, request: TextRequest) -> list[dict[str, Any]]:
    """`message`, after the results of tools in it, which are messages of their own there."""
    results = [part for part in message.parts if isinstance(part, Text) and part.call]
    found = [{"role": "tool", "tool_call_id": part.call, "content": part.text} for part in results]
    calls = [part for part in message.parts if isinstance(part, ToolCall)]
    rest = [part for part in message.parts if part not in results and part not in calls]
    if not rest and not calls:
        return found
    role = "user" if message.role == "tool" else message.role
    content: str | list[dict[str, Any]]
    if all(isinstance(part, Text) for part in rest):
        content = "".join(part.text for part in rest if isinstance(part, Text))
    else:
        content = [_part(model, part, request) for part in rest]
    made: dict[str, Any] = {"role": role, "content": content}
    if calls:
        made["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in calls
        ]
    return [*found, made]


def _part(model: RemoteModel, part: Part, request: TextRequest) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    if not isinstance(part, Image) or not model.pictures:
        what = "a picture" if isinstance(part, Image) else "sound"
        raise UsageError(f"{model.name} does not take {what} in messages")
    data = base64.b64encode(request.images[part.attachment.sha256]).decode()
    return {"type": "image_url", "image_url": {"url": f"data:{part.attachment.media_type};base64,{data}"}}
