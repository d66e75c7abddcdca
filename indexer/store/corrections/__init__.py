"""Apply manual corrections: lines of a JSON Lines file that override values of items."""
