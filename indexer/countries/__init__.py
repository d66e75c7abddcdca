"""Find the countries in a text, in English, Spanish and French.

They are found by names, demonyms and places.
"""
