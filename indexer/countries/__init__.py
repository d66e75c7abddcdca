"""Find the countries in a text by names, demonyms and places, in English, Spanish and French."""
