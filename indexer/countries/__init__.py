"""Find the countries in a text by name, demonym or place, in English, Spanish and French."""
