"""Define the commands of the command line.

A command converts its arguments, makes one call into the indexer or the searcher, writes the output and
returns the exit code. A module is loaded when one of its commands is called; ``searcher.commands.program``
lists the commands.
"""
