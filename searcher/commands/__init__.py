"""Define the commands: arguments, one call into the indexer or the searcher, output, exit code.

A module is loaded when one of its commands is called; ``searcher.commands.program`` lists the commands.
"""
