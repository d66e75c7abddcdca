"""The thesaurus: concepts with their labels in three languages, compiled into a table beside the index."""
