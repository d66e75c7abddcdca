"""Language-aware analysis: from text as written to the terms that the index holds."""

from indexer.analysis.language_analyzer import Analyzer, ChunkToken, Token, analyzer
from indexer.analysis.stop_words import is_function_word

__all__ = ["Analyzer", "ChunkToken", "Token", "analyzer", "is_function_word"]
