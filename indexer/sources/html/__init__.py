"""Read saved web pages.

An article is one item; on a page of headlines, each headline is an item.
"""
