"""Analyze text in three languages, and convert it to the terms of the index."""

from indexer.analysis.analyzer import Analyzer, ChunkToken, Token, analyzer, is_function_word

__all__ = ["Analyzer", "ChunkToken", "Token", "analyzer", "is_function_word"]
