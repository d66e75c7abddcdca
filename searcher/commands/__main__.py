"""``python -m searcher.commands`` does what the installed ``dragoman`` does."""

from searcher.commands.launch import main

if __name__ == "__main__":
    main()
