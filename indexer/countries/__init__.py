"""The countries that a text is about: found by name, demonym or place in English, Spanish and French."""
