"""Render the HTML pages of the server.

The functions run in a pool of threads over one generation of the index: ``context.searcher`` is open on the
generation of the results, even after later writes. A strict content security policy forbids scripts, inline
styles, and files of other servers. Text from requests and archives is escaped.
"""
