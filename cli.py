"""Run ``dragoman`` from a checkout: ``python cli.py ...``."""

from searcher.commands.launch import main

if __name__ == "__main__":
    main()
