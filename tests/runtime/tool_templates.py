"""Small chat templates that know tools, each in the style of a family of models."""

HEAD = """{%- if tools %}<|im_start|>system
Tools: {% for tool in tools %}{{ tool | tojson }}
{% endfor %}<|im_end|>
{% endif %}"""

_LOOP = """{%- for message in messages %}
{%- if message.tool_calls %}<|im_start|>assistant
{{ message.content }}CALLS<|im_end|>
{% elif message.role == "tool" %}<|im_start|>tool
RESULT<|im_end|>
{% else %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""


def loop(calls, result):
    return _LOOP.replace("CALLS", calls).replace("RESULT", result)


def each(call):
    return "{% for call in message.tool_calls %}" + call + "{% endfor %}"


NAME = '"name": "{{ call.function.name }}"'
GIVEN = "{{ call.function.arguments | tojson }}"

HERMES = HEAD + loop(
    each(f'<tool_call>\n{{{NAME}, "arguments": {GIVEN}}}\n</tool_call>'),
    "<tool_response>{{ message.content }}</tool_response>",
)
LLAMA = HEAD + loop(
    "{% if message.tool_calls | length > 1 %}{{ raise_exception('one call at a time') }}{% endif %}"
    + each(f'{{{NAME}, "parameters": {GIVEN}}}'),
    "{{ message.content | tojson }}",
)
MISTRAL = (
    HEAD
    + "{% for message in messages %}{% if message.tool_call_id and message.tool_call_id | length != 9 %}"
    + "{{ raise_exception('ids of calls have 9 letters') }}{% endif %}{% endfor %}"
    + loop(
        "[TOOL_CALLS][" + each(f'{{{NAME}, "arguments": {GIVEN}, "id": "{{{{ call.id }}}}"}}') + "]",
        '{"content": {{ message.content | tojson }}, "call_id": "{{ message.tool_call_id }}"}',
    )
)
NAMED = HEAD + loop(
    each("[TOOL_CALLS]{{ call.function.name }}[ARGS]{{ call.function.arguments + '' }}"), "{{ message.content }}"
)
"""Takes arguments as text."""

BY_STYLE = {"hermes": HERMES, "llama": LLAMA, "mistral": MISTRAL, "mistral-named": NAMED}
