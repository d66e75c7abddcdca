"""A page of two items."""

PAGE = """3 May 2021
Ferry back in service
The ferry between the two banks sails again after repairs.
Read more here.
2 May 2021
Night market moves
The night market moves to the old quay for the summer.
Read more here.
"""
