"""Shell completion: a script for bash, zsh or fish, generated from the parser."""

import argparse
from collections.abc import Iterator

__all__ = ["SHELLS", "completion_script"]

SHELLS = ("bash", "zsh", "fish")

_BASH = """\
# mailkit: completion for bash. Add to ~/.bashrc:  eval "$(mailkit completion bash)"
_mailkit() {{
    local current="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" words=""
    case "${{COMP_WORDS[1]}} $before" in
{values}
    esac
    if [ -z "$words" ]; then
        if [ "$COMP_CWORD" = 1 ]; then words="{commands}"; else
            case "${{COMP_WORDS[1]}}" in
{options}
            esac
            case "$current" in -*) ;; *) [ "${{words#-}}" = "$words" ] || words="" ;; esac
        fi
    fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _mailkit mailkit
"""


def completion_script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the completion script for a shell.

    Args:
        parser: the parser of the whole command line, with its commands.
        shell: ``bash``, ``zsh`` or ``fish``.
    """
    commands = _commands(parser)
    if shell == "fish":
        return "\n".join(_fish(parser, commands)) + "\n"
    script = _bash(commands)
    if shell == "zsh":
        head = "autoload -Uz bashcompinit && bashcompinit\n"
        return head + script.replace("bash.", "zsh.").replace(".bashrc", ".zshrc").replace(
            "completion bash", "completion zsh"
        )
    return script


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _bash(commands: dict[str, argparse.ArgumentParser]) -> str:
    values: list[str] = []
    options: list[str] = []
    for name, parser in commands.items():
        words: list[str] = []
        for action in parser._actions:
            shown = [text for text in action.option_strings if text.startswith("--")]
            words += shown
            if action.choices is None:
                continue
            choices = " ".join(map(str, action.choices))
            if shown:
                pattern = "|".join(f'"{name} {text}"' for text in shown)
                values.append(f'        {pattern}) words="{choices}" ;;')
            else:
                values.append(f'        "{name} {name}") words="{choices}" ;;')
        options.append(f'                {name}) words="{" ".join(words)}" ;;')
    return _BASH.format(
        values="\n".join(values), options="\n".join(options), commands=" ".join(commands)
    )


def _fish(
    parser: argparse.ArgumentParser, commands: dict[str, argparse.ArgumentParser]
) -> Iterator[str]:
    yield "# mailkit: completion for fish. Save as ~/.config/fish/completions/mailkit.fish"
    helps = {
        choice.dest: choice.help or ""
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for choice in action._choices_actions
    }
    for name, command in commands.items():
        top = f"complete -c mailkit -n __fish_use_subcommand -f -a {name}"
        yield f"{top} -d {_quoted(helps.get(name, ''))}"
        used = f"complete -c mailkit -n '__fish_seen_subcommand_from {name}'"
        for action in command._actions:
            if action.help == argparse.SUPPRESS:
                continue
            choices = " ".join(map(str, action.choices)) if action.choices is not None else ""
            for text in action.option_strings:
                if text.startswith("--"):
                    wanted = f" -x -a {_quoted(choices)}" if choices else ""
                    needs = " -r" if action.nargs != 0 and not choices else ""
                    yield f"{used} -l {text[2:]}{needs}{wanted} -d {_quoted(action.help or '')}"
            if choices and not action.option_strings:
                yield f"{used} -f -a {_quoted(choices)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
