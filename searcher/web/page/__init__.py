"""The pages: each module makes whole HTML documents from a question and its answer.

The functions run in a pool of threads over one generation of the index: ``context.searcher`` is open on the
generation that the answer is from, even after later writes. Pages are sent under a strict policy: no scripts,
no inline styles, and only the style sheet and images of this server. Text from requests and archives is
escaped.
"""
