"""Find the countries in English, Spanish and French texts, by names, demonyms and places."""
