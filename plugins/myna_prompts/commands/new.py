"""`myna prompts new`: a template to start from, in the person's folder."""

from __future__ import annotations

import re

import click

from myna.cli.context import Context, pass_context
from myna.errors import BadInput, UsageError

from ..loading import Loaded, check, load
from ..saving import write_new
from .places import library_of, names

_BLANK = {
    "en": (
        'name = "{name}"\nversion = "1.0"\nlanguage = "en"\ndescription = "What it is for"\n'
        'system = "You are helpful and concise. Answer in {{{{ style }}}}."\nuser = "{{{{ input }}}}"\n\n'
        '[variables.style]\ndescription = "How to answer"\ndefault = "one sentence"\n\n'
        '[[cases]]\nname = "capital"\ninput = "What is the capital of France?"\nexpect.contains = ["Paris"]\n'
    ),
    "zh": (
        'name = "{name}"\nversion = "1.0"\nlanguage = "zh"\ndescription = "它的用途"\n'
        'system = "你乐于助人，回答简洁。请用{{{{ style }}}}回答。"\nuser = "{{{{ input }}}}"\n\n'
        '[variables.style]\ndescription = "怎样回答"\ndefault = "一句话"\n\n'
        '[[cases]]\nname = "首都"\ninput = "法国的首都是哪里？"\nexpect.contains = ["巴黎"]\n'
    ),
}


@click.command(epilog="Example: myna prompts new my-summary --from summary")
@click.argument("name")
@click.option("--from", "origin", default="", metavar="NAME", shell_complete=names, help="Start from this template.")
@click.option("--language", default="", metavar="L", help="en or zh; by default the language you are spoken to in.")
@pass_context
def new(ctx: Context, name: str, origin: str, language: str) -> None:
    """Begin a template of your own. Print the path of its file."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", name):
        raise UsageError(
            f"{name!r} cannot be the name of a template",
            hint="small letters, digits and hyphens, for example my-summary",
        )
    language = language or ctx.language.code
    library = library_of(ctx, language)
    if origin:
        text, language = _copied(library.find(origin), name)
    elif language in _BLANK:
        text = _BLANK[language].format(name=name)
    else:
        raise UsageError(f"there is no blank template in the language {language}", hint="--language en, or --from NAME")
    path = library.own / f"{name}.{language}.toml"
    with ctx.audited("prompts.new", prompt=name, language=language):
        write_new(path, text)
    check(load(path))
    if ctx.json:
        ctx.print_json({"path": path})
    else:
        ctx.print(str(path))
        ctx.note(ctx.text("Change it in an editor, then try it: myna prompts render {name} TEXT", name=name))


def _copied(loaded: Loaded, name: str) -> tuple[str, str]:
    """The text of a template under another name, and its language."""
    if loaded.template.examples_file:
        raise UsageError(f"the template {loaded.template.name} has a file of examples, so it is copied by hand")
    text = loaded.path.read_text(encoding="utf-8-sig")
    text, changed = re.subn(r'(?m)^name\s*=\s*(["\']).*?\1', f'name = "{name}"', text, count=1)
    if not changed:
        raise BadInput(f"the file {loaded.path} has no line with its name")
    return text, loaded.template.language
