"""The subcommands of `ancora`, one module each: `declare(parser)` and `run(options) -> exit code`."""
