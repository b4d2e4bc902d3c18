"""`tradesense completion`: shell completion."""

import click
from click.shell_completion import get_completion_class


@click.command("completion", epilog='Example: eval "$(tradesense completion bash)"')
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell."""
    completion = get_completion_class(shell)
    assert completion is not None
    root = context.find_root()
    click.echo(completion(root.command, {}, "tradesense", "_TRADESENSE_COMPLETE").source())
