"""Language-aware analysis: from text as written to the terms that the index holds."""

from indexer.analysis.analyzer import Analyzer, ChunkToken, Token, analyzer, is_function_word

__all__ = ["Analyzer", "ChunkToken", "Token", "analyzer", "is_function_word"]
