"""The operator's commands. Errors are one clear line; exit code 1 for what the operator can mend, 2 for a command that is written wrong."""
