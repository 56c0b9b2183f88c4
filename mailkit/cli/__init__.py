"""The command line: one module per group of commands, and the console they share.

Everything that a command does is a function elsewhere; here are only options, output and exit statuses.
"""
