"""The command line: one module per group of commands, and the console they share.

It has options, output and exit statuses; the work itself is done by functions of other packages.
"""
