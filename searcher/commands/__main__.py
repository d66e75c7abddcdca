"""Run ``dragoman`` as ``python -m searcher.commands``."""

from searcher.commands.launch import main

if __name__ == "__main__":
    main()
